using Corten.Daemon.Http;
using Corten.Images;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>GET /images/{name}/get</c> and <c>GET /images/get?names=…</c>: images as an archive.</summary>
internal sealed class Get(ImageService images)
{
    public Task ServeOneAsync(RequestContext context) => ServeAsync(context, [context.Route["name"]]);

    public Task ServeManyAsync(RequestContext context) => ServeAsync(context, context.Query.All("names"));

    private async Task ServeAsync(RequestContext context, IReadOnlyList<string> names)
    {
        var platform = context.Version >= new ApiVersion(1, 48) ? PlatformQuery.ReadJson(context.Query) : null;

        // What can't be saved is known before the head is out.
        using var save = await images.Save.PrepareAsync(names, platform, context.Aborted);
        await save.WriteAsync(await context.StartStreamAsync("application/x-tar"), context.Aborted);
    }
}
