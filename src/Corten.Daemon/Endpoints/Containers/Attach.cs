using Corten.Containers;
using Corten.Containers.Attach;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/attach</c></summary>
internal sealed class Attach(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        using var joined = containers.Attach.Join(context.Route["id"], Options(context.Query));
        await using var stream = await context.HijackAsync(StreamTypes.Hijacked(context, framed: !joined.Container.Record.Config.Tty));
        await containers.Attach.RunAsync(joined, stream, stream.Gone);
    }

    public static AttachOptions Options(Query query) => new(
        query.Bool("logs"), query.Bool("stream"), query.Bool("stdin"), query.Bool("stdout"), query.Bool("stderr"), Keys(query.Text("detachKeys")));

    private static DetachKeys Keys(string text) =>
        DetachKeys.TryParse(text) ?? throw CortenException.Invalid($"Invalid detach keys ({text}) provided");
}
