using Corten.Daemon.Http;
using Corten.Networks;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>DELETE /networks/{id}</c></summary>
internal sealed class Remove(NetworkService networks)
{
    public async Task ServeAsync(RequestContext context)
    {
        await networks.RemoveAsync(context.Route["id"], context.Aborted);
        await context.WriteEmptyAsync();
    }
}
