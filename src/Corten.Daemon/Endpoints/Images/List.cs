using Corten.Daemon.Http;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Images;
using Corten.Images;
using Corten.Images.Listing;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>GET /images/json</c></summary>
internal sealed class List(ImageService images)
{
    private static readonly string[] _none = ["<none>:<none>"];
    private static readonly string[] _noDigest = ["<none>@<none>"];

    public async Task ServeAsync(RequestContext context)
    {
        var filters = context.Query.Filters("before", "dangling", "label", "label!", "reference", "since", "until");
        var summaries = await images.Listing.ListAsync(
            new ImageListQuery
            {
                Filters = filters,
                All = context.Query.Bool("all"),
                SharedSize = context.Query.Bool("shared-size"),
                Manifests = context.Query.Bool("manifests") && context.Version >= new ApiVersion(1, 47),
                Until = UntilFilter.Read(filters),
            },
            context.Aborted);
        foreach (var summary in summaries)
        {
            Adapt(summary, context.Version);
        }

        await context.WriteJsonAsync(summaries, ImagesJson.Wire.IReadOnlyListImageSummary);
    }

    /// <summary>What older clients expect where newer ones are told more or nothing.</summary>
    private static void Adapt(ImageSummary summary, ApiVersion version)
    {
        summary.Containers = version < new ApiVersion(1, 51) ? -1 : summary.Containers;
        summary.VirtualSize = version < new ApiVersion(1, 44) ? summary.Size : null;
        summary.Descriptor = version < new ApiVersion(1, 48) ? null : summary.Descriptor;
        if (version < new ApiVersion(1, 43) && summary is { RepoTags.Count: 0, RepoDigests.Count: 0 })
        {
            (summary.RepoTags, summary.RepoDigests) = (_none, _noDigest);
        }
    }
}

/// <summary>The <c>until</c> filter of lists and prunes.</summary>
internal static class UntilFilter
{
    /// <summary>Null if it is not given.</summary>
    /// <exception cref="CortenException">Given twice, or no time: to Docker a failure of its own.</exception>
    public static DateTimeOffset? Read(FilterSet filters)
    {
        try
        {
            return filters["until"] switch
            {
                [] => null,
                [var text] => PointInTime.Parse(text, DateTimeOffset.UtcNow),
                _ => throw new InvalidFilterException("more than one until filter specified"),
            };
        }
        catch (InvalidFilterException mistake)
        {
            throw CortenException.Internal(mistake.Message, mistake);
        }
    }
}
