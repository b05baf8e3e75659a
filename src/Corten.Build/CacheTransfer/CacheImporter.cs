using System.Text.Json;
using Corten.Distribution.Registry;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.CacheTransfer;

/// <summary>Reads what a cache elsewhere says that it has: a cache of its own, or images that carry one.</summary>
public static class CacheImporter
{
    /// <summary>Steps that one cache may name.</summary>
    private const int MaxSteps = 100_000;

    /// <returns>One for each image that has one; none if there is an image without a cache.</returns>
    public static async Task<IReadOnlyList<CacheDocument>> ReadAsync(ICacheStore store, CancellationToken cancellation)
    {
        var (target, content) = await store.ManifestAsync(cancellation);
        if (!MediaTypes.IsIndex(target.MediaType))
        {
            return await OfManifestAsync(store, content, cancellation) is { } only ? [only] : [];
        }

        var found = new List<CacheDocument>();
        foreach (var entry in ManifestReader.ReadIndex(content).Manifests.Where(m => m.Platform is { Os: not "unknown" }))
        {
            if (await OfManifestAsync(store, await store.ReadManifestAsync(entry, cancellation), cancellation) is { } document)
            {
                found.Add(document);
            }
        }

        return found;
    }

    private static async Task<CacheDocument?> OfManifestAsync(ICacheStore store, byte[] content, CancellationToken cancellation)
    {
        var manifest = ManifestReader.ReadManifest(content);
        var config = await store.ReadAsync(manifest.Config, cancellation);
        try
        {
            var document = manifest.Config.MediaType == CacheDocument.MediaType ? JsonSerializer.Deserialize(config, CacheJson.Plain.CacheDocument) : Inline(manifest, config);
            return document is null ? null : Checked(document, manifest);
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid($"the cache {store.Name} is damaged: {JsonProblem.Describe(e)}", e);
        }
    }

    private static CacheDocument? Inline(Manifest manifest, byte[] json)
    {
        var config = ImageDocuments.ReadConfig(json).Config;
        if (config.Extra?.TryGetValue(CacheDocument.InlineMember, out var member) != true || member.Deserialize(CacheJson.Plain.CacheDocument) is not { } document
            || config.RootFs.DiffIds.Count != manifest.Layers.Count)
        {
            return null;
        }

        var blobs = config.RootFs.DiffIds.Zip(manifest.Layers).DistinctBy(p => p.First).ToDictionary(p => p.First, p => p.Second);
        return document with { Layers = [.. document.Layers.Select(l => l with { Blob = blobs.GetValueOrDefault(l.DiffId) })] };
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
