using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Networks;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>POST /networks/{id}/connect</c></summary>
internal sealed class Connect(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(NetworkJson.Plain.NetworkConnectRequest) ?? new NetworkConnectRequest();
        await containers.ConnectNetwork.RunAsync(request.Container, context.Route["id"], request.EndpointConfig ?? new EndpointSettings(), context.Aborted);
        await context.WriteEmptyAsync(StatusCodes.Status200OK);
    }
}
