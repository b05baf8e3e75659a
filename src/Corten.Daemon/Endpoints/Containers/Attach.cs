using Corten.Containers;
using Corten.Containers.Attach;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/attach</c></summary>
internal sealed class Attach(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var options = Options(context.Query);
        var container = containers.Attach.Check(context.Route["id"]);
        await using var stream = await context.HijackAsync(StreamTypes.Hijacked(context, framed: !container.Record.Config.Tty));
        await containers.Attach.RunAsync(container, stream, options, stream.Gone);
    }

    public static AttachOptions Options(Query query) => new(
        query.Bool("logs"), query.Bool("stream"), query.Bool("stdin"), query.Bool("stdout"), query.Bool("stderr"), DetachKeys.Parse(query.Text("detachKeys")));
}
