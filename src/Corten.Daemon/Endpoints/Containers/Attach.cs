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
        using var joined = Join(context, out var refusal);
        if (joined is null)
        {
            // The reference engine answers from within its attachment: plain words, as the stream's own kind, and the end of the connection.
            context.Http.Response.Headers.Connection = "close";
            await context.WriteTextAsync(refusal!.Message + "\r\n", ErrorAnswer.Status(refusal), StreamTypes.Raw);
            return;
        }

        await using var stream = await context.HijackAsync(StreamTypes.Hijacked(context, framed: !joined.Container.Record.Config.Tty));
        await containers.Attach.RunAsync(joined, stream, stream.Gone);
    }

    private AttachContainer.JoinedClient? Join(RequestContext context, out CortenException? refusal)
    {
        try
        {
            refusal = null;
            return containers.Attach.Join(context.Route["id"], Options(context.Query));
        }
        catch (CortenException e)
        {
            refusal = e;
            return null;
        }
    }

    public static AttachOptions Options(Query query) => new(
        query.Bool("logs"), query.Bool("stream"), query.Bool("stdin"), query.Bool("stdout"), query.Bool("stderr"), Keys(query.Text("detachKeys")));

    private static DetachKeys Keys(string text) =>
        DetachKeys.TryParse(text) ?? throw CortenException.Invalid($"Invalid detach keys ({text}) provided");
}
