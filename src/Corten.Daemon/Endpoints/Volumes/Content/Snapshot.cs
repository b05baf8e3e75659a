using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>POST /corten/volumes/{name}/snapshot</c>: a copy that says what it is a copy of; the name may be left out.</summary>
internal sealed class Snapshot(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.TryReadJsonAsync(VolumesJson.Plain.CopyOptions);
        var volume = await volumes.Content.SnapshotAsync(context.Route["name"], request?.Name, context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume, StatusCodes.Status201Created);
    }
}
