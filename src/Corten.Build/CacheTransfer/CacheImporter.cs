using System.Text.Json;
using Corten.Distribution.Registry;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.CacheTransfer;

/// <summary>What is under a cache's name.</summary>
/// <param name="Documents">One for each image that has one.</param>
/// <param name="IsBuildKits">There is a cache that BuildKit wrote. Its steps go by digests of BuildKit's own operations, which no other builder can work out.</param>
public sealed record FoundCaches(IReadOnlyList<CacheDocument> Documents, bool IsBuildKits);

/// <summary>Reads what a cache elsewhere says that it has: a cache of its own, or images that carry one.</summary>
public static class CacheImporter
{
    /// <summary>Steps that one cache may name.</summary>
    private const int MaxSteps = 100_000;

    /// <summary>Of the configuration of BuildKit's cache manifests, which may also stand in an index beside its layers.</summary>
    private const string BuildKitMediaType = "application/vnd.buildkit.cacheconfig.v0";

    /// <summary>The member of an image's configuration that has BuildKit's cache.</summary>
    private const string BuildKitMember = "moby.buildkit.cache.v0";

    /// <returns>No documents if there is an image without a cache.</returns>
    public static async Task<FoundCaches> ReadAsync(ICacheStore store, CancellationToken cancellation)
    {
        var (target, content) = await store.ManifestAsync(cancellation);
        if (!MediaTypes.IsIndex(target.MediaType))
        {
            var (only, isOnlyBuildKits) = await OfManifestAsync(store, content, cancellation);
            return new FoundCaches(only is null ? [] : [only], isOnlyBuildKits);
        }

        var entries = ManifestReader.ReadIndex(content).Manifests;
        var (found, buildKits) = (new List<CacheDocument>(), entries.Any(m => m.MediaType == BuildKitMediaType));
        foreach (var entry in entries.Where(m => m.Platform is { Os: not "unknown" }))
        {
            var (document, isBuildKits) = await OfManifestAsync(store, await store.ReadManifestAsync(entry, cancellation), cancellation);
            found.AddRange(document is null ? [] : [document]);
            buildKits |= isBuildKits;
        }

        return new FoundCaches(found, buildKits);
    }

    private static async Task<(CacheDocument? Document, bool IsBuildKits)> OfManifestAsync(ICacheStore store, byte[] content, CancellationToken cancellation)
    {
        var manifest = ManifestReader.ReadManifest(content);
        if (manifest.Config.MediaType == BuildKitMediaType)
        {
            return (null, true);
        }

        var config = await store.ReadAsync(manifest.Config, cancellation);
        try
        {
            var (document, isBuildKits) = manifest.Config.MediaType == CacheDocument.MediaType
                ? (JsonSerializer.Deserialize(config, CacheJson.Plain.CacheDocument), false) : Inline(manifest, ImageDocuments.ReadConfig(config).Config);
            return (document is null ? null : Checked(document, manifest), isBuildKits);
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid($"the cache {store.Name} is damaged: {JsonProblem.Describe(e)}", e);
        }
    }

    private static (CacheDocument? Document, bool IsBuildKits) Inline(Manifest manifest, ImageConfig config)
    {
        if (config.Extra?.TryGetValue(CacheDocument.InlineMember, out var member) != true || member.Deserialize(CacheJson.Plain.CacheDocument) is not { } document
            || config.RootFs.DiffIds.Count != manifest.Layers.Count)
        {
            return (null, config.Extra?.ContainsKey(BuildKitMember) == true);
        }

        var blobs = config.RootFs.DiffIds.Zip(manifest.Layers).DistinctBy(p => p.First).ToDictionary(p => p.First, p => p.Second);
        return (document with { Layers = [.. document.Layers.Select(l => l with { Blob = blobs.GetValueOrDefault(l.DiffId) })] }, false);
    }

    /// <summary>A layer that the manifest does not hold, or an index beyond the list, is as good as none.</summary>
    private static CacheDocument Checked(CacheDocument document, Manifest manifest)
    {
        if (document.Records.Count > MaxSteps)
        {
            throw CortenException.Invalid($"a cache with {document.Records.Count} steps, at most {MaxSteps} are supported");
        }

        var held = manifest.Layers.Select(l => l.Digest).ToHashSet();
        bool Has(int index) => index >= 0 && index < document.Layers.Count && document.Layers[index].Blob is { } blob && held.Contains(blob.Digest);
        return document with { Records = [.. document.Records.Select(r => r.Layer is { } index && !Has(index) ? r with { Layer = null } : r)] };
    }
}
