using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>GET /images/{name}/history</c></summary>
internal sealed class History(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var platform = context.Version >= new ApiVersion(1, 48) ? PlatformQuery.ReadJson(context.Query) : null;
        var history = await images.History.ListAsync(context.Route["name"], platform, context.Aborted);
        await context.WriteJsonAsync(history, ImagesJson.Wire.IReadOnlyListImageHistoryItem);
    }
}
