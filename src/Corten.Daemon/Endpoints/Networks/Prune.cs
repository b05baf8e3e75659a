using Corten.Daemon.Http;
using Corten.EngineApi.Networks;
using Corten.Networks;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>POST /networks/prune</c></summary>
internal sealed class Prune(NetworkService networks)
{
    public async Task ServeAsync(RequestContext context)
    {
        var report = await networks.PruneAsync(context.Query.ParseFilters(), context.Aborted);
        await context.WriteJsonAsync(report, NetworkJson.Plain.NetworkPruneReport);
    }
}
