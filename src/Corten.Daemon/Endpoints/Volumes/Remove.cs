using Corten.Daemon.Http;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary><c>DELETE /volumes/{name}</c></summary>
internal sealed class Remove(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        await volumes.RemoveAsync(context.Route["name"], context.Query.Bool("force"), context.Aborted);
        await context.WriteEmptyAsync();
    }
}
