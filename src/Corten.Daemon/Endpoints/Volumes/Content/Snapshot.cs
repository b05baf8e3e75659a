using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>POST /corten/volumes/{name}/snapshot?name=NEW</c>: a copy that says what it is a copy of; the name may be left out.</summary>
internal sealed class Snapshot(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var volume = await volumes.Content.SnapshotAsync(context.Route["name"], context.Query.Text("name"), context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume, StatusCodes.Status201Created);
    }
}
