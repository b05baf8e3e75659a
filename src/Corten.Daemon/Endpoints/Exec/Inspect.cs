using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Exec;

/// <summary><c>GET /exec/{id}/json</c></summary>
internal sealed class Inspect(ContainerService containers)
{
    public Task ServeAsync(RequestContext context) => context.WriteJsonAsync(containers.InspectExec.Run(context.Route["id"]), ContainersJson.Api.ExecInspect);
}
