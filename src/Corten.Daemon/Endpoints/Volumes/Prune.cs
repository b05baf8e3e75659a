using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary><c>POST /volumes/prune</c>. Until API 1.42 named volumes were pruned as well.</summary>
internal sealed class Prune(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var filters = context.Query.Filters("all", "label", "label!");
        var report = await volumes.PruneAsync(filters, allByDefault: context.Version < new ApiVersion(1, 42), context.Aborted);
        await context.WriteJsonAsync(report, VolumesJson.Plain.VolumesPruneReport);
    }
}
