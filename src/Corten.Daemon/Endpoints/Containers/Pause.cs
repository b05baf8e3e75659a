using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/pause</c></summary>
internal sealed class Pause(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        await containers.Pause.PauseAsync(context.Route["id"], context.Aborted);
        await context.WriteEmptyAsync();
    }
}
