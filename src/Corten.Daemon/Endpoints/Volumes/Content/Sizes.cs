using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>GET /corten/volumes</c>: as <c>GET /volumes</c>, with how much each holds and how many containers refer to it.</summary>
internal sealed class Sizes(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var list = await volumes.ListAsync(context.Query.Filters("dangling", "driver", "label", "name"), context.Aborted);
        var known = (await volumes.UsageAsync(context.Aborted)).ToDictionary(v => v.Name);
        var sized = list with { Volumes = [.. list.Volumes.Select(v => known.GetValueOrDefault(v.Name) is { } u ? v with { UsageData = u.UsageData } : v)] };
        await context.WriteJsonAsync(sized, VolumesJson.Plain.VolumeList);
    }
}
