using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/json</c></summary>
internal sealed class Inspect(ContainerService containers)
{
    public Task ServeAsync(RequestContext context) =>
        context.WriteJsonAsync(containers.Inspect.Run(context.Route["id"], context.Query.Bool("size")), ContainersJson.Api.ContainerInspect);
}
