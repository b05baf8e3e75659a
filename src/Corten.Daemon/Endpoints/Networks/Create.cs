using Corten.Daemon.Http;
using Corten.EngineApi.Networks;
using Corten.Networks;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>POST /networks/create</c></summary>
internal sealed class Create(NetworkService networks)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(NetworkJson.Plain.NetworkCreateRequest) ?? new NetworkCreateRequest();
        var created = await networks.CreateAsync(request, context.Aborted);
        await context.WriteJsonAsync(created, NetworkJson.Plain.NetworkCreateResponse, StatusCodes.Status201Created);
    }
}
