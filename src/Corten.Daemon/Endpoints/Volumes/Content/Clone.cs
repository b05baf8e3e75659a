using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>POST /corten/volumes/{name}/clone?name=NEW</c>: a new volume with the same content.</summary>
internal sealed class Clone(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var volume = await volumes.Content.CloneAsync(context.Route["name"], context.Query.Text("name"), context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume, StatusCodes.Status201Created);
    }
}
