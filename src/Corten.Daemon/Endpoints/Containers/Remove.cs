using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>DELETE /containers/{id}</c></summary>
internal sealed class Remove(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var query = context.Query;
        await containers.Remove.RunAsync(context.Route["id"], query.Bool("v"), query.Bool("force"), query.Bool("link"), context.Aborted);
        await context.WriteEmptyAsync();
    }
}
