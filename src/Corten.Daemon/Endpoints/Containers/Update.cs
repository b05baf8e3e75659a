using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/update</c></summary>
internal sealed class Update(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(ContainersJson.Api.UpdateRequest) ?? new UpdateRequest();
        var answer = await containers.Update.RunAsync(context.Route["id"], request, context.Aborted);
        await context.WriteJsonAsync(answer, ContainersJson.Api.UpdateResponse);
    }
}
