using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/prune</c></summary>
internal sealed class Prune(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var answer = await containers.Prune.RunAsync(context.Query.Filters("label", "label!", "until"), context.Aborted);
        await context.WriteJsonAsync(answer, ContainersJson.Api.ContainersPruneResponse);
    }
}
