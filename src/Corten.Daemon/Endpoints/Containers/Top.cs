using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/top</c></summary>
internal sealed class Top(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var answer = await containers.Top.RunAsync(context.Route["id"], context.Query.Text("ps_args"), context.Aborted);
        await context.WriteJsonAsync(answer, ContainersJson.Api.TopResponse);
    }
}
