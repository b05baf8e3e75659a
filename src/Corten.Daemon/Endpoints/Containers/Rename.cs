using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/rename</c></summary>
internal sealed class Rename(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        await containers.Rename.RunAsync(context.Route["id"], context.Query.Text("name"), context.Aborted);
        await context.WriteEmptyAsync();
    }
}
