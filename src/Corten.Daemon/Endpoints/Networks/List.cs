using Corten.Daemon.Http;
using Corten.EngineApi.Networks;
using Corten.Networks;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>GET /networks</c></summary>
internal sealed class List(NetworkService networks)
{
    public Task ServeAsync(RequestContext context) =>
        context.WriteJsonAsync(networks.List(context.Query.ParseFilters()), NetworkJson.Plain.ListNetworkResource);
}
