using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary><c>GET /volumes/{name}</c></summary>
internal sealed class Inspect(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var volume = await volumes.InspectAsync(context.Route["name"], context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume);
    }
}
