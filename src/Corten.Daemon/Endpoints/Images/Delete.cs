using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>DELETE /images/{name}</c></summary>
internal sealed class Delete(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        if (string.IsNullOrWhiteSpace(context.Route["name"]))
        {
            throw CortenException.Invalid("image name cannot be blank");
        }

        var platforms = context.Version >= new ApiVersion(1, 50) ? context.Query.All("platforms").Select(PlatformQuery.Parse).ToList() : [];
        var items = await images.Removal.RemoveAsync(
            context.Route["name"], context.Query.Bool("force"), pruneParents: !context.Query.Bool("noprune"), platforms, context.Aborted);
        await context.WriteJsonAsync(items, ImagesJson.Wire.IReadOnlyListImageDeleteItem);
    }
}
