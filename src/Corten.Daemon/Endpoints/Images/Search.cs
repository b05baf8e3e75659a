using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>GET /images/search</c></summary>
internal sealed class Search(ImageService images)
{
    private const int DefaultLimit = 25;
    private const int MaxLimit = 100;

    public async Task ServeAsync(RequestContext context)
    {
        var limit = Limit(context.Query);
        if (limit is < 1 or > MaxLimit)
        {
            throw CortenException.Invalid($"limit {limit} is outside the range of [1, {MaxLimit}]");
        }

        var filters = context.Query.Filters("is-automated", "is-official", "stars");
        var hits = await images.Search.SearchAsync(context.Query.Text("term"), limit, filters, RegistryAuth.Read(context), context.Aborted);
        await context.WriteJsonAsync(hits, ImagesJson.Wire.IReadOnlyListImageSearchItem);
    }

    private static int Limit(Query query)
    {
        try
        {
            return query.Int("limit") is { } given and not 0 ? given : DefaultLimit;
        }
        catch (CortenException e)
        {
            throw CortenException.Invalid("invalid limit specified: " + e.Message);
        }
    }
}
