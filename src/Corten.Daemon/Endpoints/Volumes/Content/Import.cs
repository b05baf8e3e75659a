using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Volumes;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>PUT /corten/volumes/{name}/archive</c>: the body, a tar archive, becomes the content of a new or an empty volume.</summary>
internal sealed class Import(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var volume = await volumes.Content.ImportAsync(context.Route["name"], context.Body, context.Aborted);
        await context.WriteJsonAsync(volume, VolumesJson.Plain.Volume, StatusCodes.Status201Created);
    }
}
