using System.Globalization;
using Corten.Containers;
using Corten.Containers.Logs;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/logs</c></summary>
internal sealed class Logs(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        containers.Registry.Find(context.Route["id"]);
        var query = Query(context.Query);
        var container = containers.Logs.Check(context.Route["id"], query);
        var body = await context.StartStreamAsync(StreamTypes.Body(context, framed: !container.Record.Config.Tty));
        await containers.Logs.RunAsync(container, query, body, context.Aborted);
    }

    private static LogQuery Query(Query query) => new()
    {
        Stdout = query.Bool("stdout"),
        Stderr = query.Bool("stderr"),
        Follow = query.Bool("follow"),
        Timestamps = query.Bool("timestamps"),
        Details = query.Bool("details"),
        Since = Nanoseconds(query.Text("since")),
        Until = Nanoseconds(query.Text("until")),
        Tail = Tail(query.Text("tail")),
    };

    /// <summary>Anything but a number that is not negative stands for all.</summary>
    private static long? Tail(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var lines) && lines >= 0 ? lines : null;

    /// <summary>Seconds since 1970 with an optional fraction; 0 for none.</summary>
    private static long Nanoseconds(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var (seconds, fraction) = dot < 0 ? (text, "") : (text[..dot], text[(dot + 1)..]);
        return long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && fraction.Length <= 9
            && (fraction.Length == 0 || long.TryParse(fraction, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? whole * 1_000_000_000 + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture))
            : throw CortenException.Internal(
                $"strconv.ParseInt: parsing \"{seconds}\": {(seconds.Length > 0 && seconds.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax")}");
    }
}
