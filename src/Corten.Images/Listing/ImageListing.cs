using Corten.EngineApi.Filters;
using Corten.EngineApi.Images;
using Corten.Images.Catalog;
using Corten.Oci.Image;

namespace Corten.Images.Listing;

/// <summary>What <c>GET /images/json</c> asks for.</summary>
public sealed record ImageListQuery
{
    public FilterSet Filters { get; init; } = FilterSet.Empty;

    /// <summary>Nameless images that others were made from are listed too.</summary>
    public bool All { get; init; }

    public bool SharedSize { get; init; }

    public bool Manifests { get; init; }

    /// <summary>The <c>until</c> filter as a time; null for none.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Lists images, newest first.</summary>
public sealed class ImageListing(ImageStore store)
{
    public async Task<IReadOnlyList<ImageSummary>> ListAsync(ImageListQuery query, CancellationToken cancellationToken)
    {
        query.Filters.Allow("before", "dangling", "label", "label!", "reference", "since", "until");
        var patterns = query.Filters["reference"].Select(p => new ReferencePattern(p)).ToList();
        var dangling = query.Filters.Bool("dangling");
        var before = await CreationOfAsync(query.Filters["before"], cancellationToken);
        var since = await CreationOfAsync(query.Filters["since"], cancellationToken);

        var records = store.Catalog.List();
        var names = store.Catalog.Names().ToLookup(n => n.Image);
        var uses = store.Users.ListUses().ToLookup(u => u.Image);
        var parents = records.Select(r => r.Parent).ToHashSet();
        var listed = new List<(ImageSummary Summary, DateTimeOffset Created, ConfigDocument Config)>();
        foreach (var record in records)
        {
            var config = await ConfigOfAsync(record, cancellationToken);
            var created = config.Config.Created ?? DateTimeOffset.UnixEpoch;
            var shown = names[record.Id].Where(n => patterns.Count == 0 || patterns.Any(p => p.Matches(n.Reference))).ToList();
            if (created >= (before ?? DateTimeOffset.MaxValue) || created <= (since ?? DateTimeOffset.MinValue)
                || created >= (query.Until ?? DateTimeOffset.MaxValue) || !MatchesLabels(query.Filters, config.Config)
                || !IsWanted(query, shown, dangling, hasChildren: parents.Contains(record.Id), filtered: patterns.Count > 0))
            {
                continue;
            }

            listed.Add((await SummarizeAsync(record, config, shown, uses[record.Id], query, cancellationToken), created, config));
        }

        if (query.SharedSize)
        {
            SharedSizes.Fill(listed.Select(l => (l.Summary, l.Config.Config)).ToList(), store.Layers);
        }

        return listed.OrderByDescending(l => l.Created).Select(l => l.Summary).ToList();
    }

    /// <summary>Docker's rule for images without names: hidden while others stand on them, and for every filter that is about names.</summary>
    private static bool IsWanted(ImageListQuery query, List<ImageName> shown, bool? dangling, bool hasChildren, bool filtered) =>
        shown.Count == 0
            ? (query.All || !hasChildren) && dangling != false && !filtered
            : dangling != true || !shown.Any(n => n.IsTag);

    private static bool MatchesLabels(FilterSet filters, ImageConfig config)
    {
        var labels = config.Config?.Labels;
        return filters.Labels("label", labels) && !(filters.Contains("label!") && filters.Labels("label!", labels));
    }

    private async Task<ImageSummary> SummarizeAsync(
        ImageRecord record, ConfigDocument config, List<ImageName> names, IEnumerable<ImageUse> uses, ImageListQuery query, CancellationToken cancellationToken)
    {
        return new ImageSummary
        {
            Id = record.Id.ToString(),
            ParentId = record.Parent.ToString(),
            RepoTags = names.Where(n => n.IsTag).Select(n => n.Reference.Familiar).ToList(),
            RepoDigests = names.Where(n => !n.IsTag).Select(n => n.Reference.Familiar).ToList(),
            Created = (config.Config.Created ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds(),
            Size = store.Layers.SizeOf(config.Config),
            Labels = config.Config.Config?.Labels,
            Containers = uses.DistinctBy(u => u.ContainerId).Count(),
            Descriptor = query.Manifests || record.IsIndex ? ApiObjects.From(record.Target) : null,
            Manifests = query.Manifests ? await store.Manifests.SummarizeAsync(record, cancellationToken) : null,
        };
    }

    private async Task<ConfigDocument> ConfigOfAsync(ImageRecord record, CancellationToken cancellationToken) =>
        await store.Documents.ConfigAsync((await store.Documents.ManifestAsync(record.Manifest.Digest, cancellationToken)).Config.Digest, cancellationToken);

    /// <summary>When the image that a filter names was created; null if there is no such filter.</summary>
    private async Task<DateTimeOffset?> CreationOfAsync(IReadOnlyList<string> values, CancellationToken cancellationToken) =>
        values.Count == 0 ? null : (await store.Resolver.ResolveAsync(values[0], null, cancellationToken)).Config.Created ?? DateTimeOffset.UnixEpoch;
}

/// <summary>How much of each image's layers other images have too.</summary>
internal static class SharedSizes
{
    public static void Fill(IReadOnlyList<(ImageSummary Summary, ImageConfig Config)> images, ImageLayers layers)
    {
        var chains = images.Select(i => ImageLayers.ChainsOf(i.Config)).ToList();
        var users = chains.SelectMany(c => c).GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count());
        for (var i = 0; i < images.Count; i++)
        {
            images[i].Summary.SharedSize = chains[i].Where(c => users[c] > 1).Sum(layers.SizeOf);
        }
    }
}
