using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Networks;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>POST /networks/{id}/disconnect</c></summary>
internal sealed class Disconnect(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(NetworkJson.Plain.NetworkDisconnectRequest) ?? new NetworkDisconnectRequest();
        await containers.DisconnectNetwork.RunAsync(request.Container, context.Route["id"], request.Force, context.Aborted);
        await context.WriteEmptyAsync(StatusCodes.Status200OK);
    }
}
