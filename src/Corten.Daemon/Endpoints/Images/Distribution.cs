using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>GET /distribution/{name}/json</c>: what a registry has under a name, without pulling it.</summary>
internal sealed class Distribution(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var found = await images.Distribution.InspectAsync(context.Route["name"], RegistryAuth.Read(context), context.Aborted);
        await context.WriteJsonAsync(found, ImagesJson.Wire.DistributionInspect);
    }
}
