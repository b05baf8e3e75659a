using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/unpause</c></summary>
internal sealed class Unpause(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        await containers.Pause.UnpauseAsync(context.Route["id"], context.Aborted);
        await context.WriteEmptyAsync();
    }
}
