using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/start</c></summary>
internal sealed class Start(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        await containers.Start.RunAsync(context.Route["id"], context.Aborted);
        await context.WriteEmptyAsync();
    }
}
