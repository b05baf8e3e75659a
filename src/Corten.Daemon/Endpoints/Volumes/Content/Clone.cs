using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>POST /corten/volumes/{name}/clone</c>: a new volume with the same content.</summary>
internal sealed class Clone(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(VolumesJson.Plain.CopyOptions);
        var volume = await volumes.Content.CloneAsync(context.Route["name"], request?.Name, context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume, StatusCodes.Status201Created);
    }
}
