using Corten.Daemon.Endpoints.Swarm;
using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary><c>POST /volumes/create</c></summary>
internal sealed class Create(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(VolumesJson.Plain.CreateOptions) ?? new CreateOptions();
        if (request.ClusterVolumeSpec is not null)
        {
            throw NoSwarm.NotAManager();
        }

        var volume = await volumes.CreateAsync(request, context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume, StatusCodes.Status201Created);
    }
}
