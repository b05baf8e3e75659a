using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/export</c></summary>
internal sealed class Export(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var container = containers.Export.Find(context.Route["id"]);
        await SynchronousBody.AnswerAsync(context, "application/octet-stream", (target, cancellation) => containers.Export.RunAsync(container, target, cancellation));
    }
}
