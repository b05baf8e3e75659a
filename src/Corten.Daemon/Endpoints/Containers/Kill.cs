using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/kill</c></summary>
internal sealed class Kill(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        await containers.Kill.RunAsync(context.Route["id"], context.Query.Text("signal"), context.Aborted);
        await context.WriteEmptyAsync();
    }
}
