using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>POST /images/prune</c></summary>
internal sealed class Prune(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var filters = context.Query.Filters("dangling", "label", "label!", "until");
        var pruned = await images.Pruning.PruneAsync(filters, UntilFilter.Read(filters), context.Aborted);
        await context.WriteJsonAsync(pruned, ImagesJson.Wire.ImagePruneResponse);
    }
}
