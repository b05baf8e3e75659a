using Corten.Daemon.Http;
using Corten.Images;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>POST /images/{name}/tag</c></summary>
internal sealed class Tag(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        await images.Tagging.TagAsync(context.Route["name"], context.Query.Text("repo"), context.Query.Text("tag"), context.Aborted);
        await context.WriteEmptyAsync(StatusCodes.Status201Created);
    }
}
