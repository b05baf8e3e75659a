using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Removal;

/// <summary>
/// Takes single platforms out of an image that has several, in the words of Docker's containerd store: the index stays as it is, so that its digest does,
/// and what it names is no longer here. The last platform takes the image with it.
/// </summary>
internal sealed class PlatformRemoval(ImageStore store)
{
    private const string NeedsForce = "Content will be removed from all images referencing this variant. Use \u2014-force to force delete.";

    /// <returns>False: there would be nothing left, the image itself is to be removed.</returns>
    /// <exception cref="CortenException">NotFound: there is no such image, or not for one of the platforms; InvalidArgument.</exception>
    public async Task<bool> TryRemoveAsync(string nameOrId, IReadOnlyList<Platform> platforms, bool force, RemovalLog log, CancellationToken cancellationToken)
    {
        var record = store.Resolver.Find(nameOrId).Record;
        if (!record.IsIndex)
        {
            if (platforms.Count > 1)
            {
                throw CortenException.Invalid("multiple platforms are not supported");
            }

            // Says so if the image is for another one.
            await store.Resolver.ResolveAsync(nameOrId, platforms[0], cancellationToken);
            return false;
        }

        var kept = await ManifestsAsync(record.Id, record.Target, cancellationToken);
        var removed = new List<Descriptor>();
        foreach (var platform in platforms)
        {
            var entry = kept.Find(e => e.Platform is { } offered && Same(offered.Normalized, platform.Normalized))
                ?? throw (force ? NotThere(nameOrId, record, platform) : CortenException.Invalid(NeedsForce));
            kept.Remove(entry);
            removed.Add(entry);
        }

        var left = kept.Where(e => e.Platform is { Os: not "unknown" }).ToList();
        if (left.Count == 0)
        {
            return false;
        }

        if (!force)
        {
            throw CortenException.Invalid(NeedsForce);
        }

        await RecordAsync(record, removed, kept, left, cancellationToken);
        foreach (var entry in removed)
        {
            log.Deleted(entry.Digest, config: null);
        }

        return true;
    }

    /// <summary>Records what the image still needs. Layers that containers run on are kept by these.</summary>
    private async Task RecordAsync(ImageRecord record, List<Descriptor> removed, List<Descriptor> kept, List<Descriptor> left, CancellationToken cancellationToken)
    {
        var (goneBlobs, goneLayers) = await PartsAsync(removed, cancellationToken);
        var (keptBlobs, keptLayers) = await PartsAsync(kept, cancellationToken);
        var contents = store.Catalog.ContentsOf(record.Id);
        var manifest = left.Find(e => e.Digest == record.Manifest.Digest) ?? PlatformChoice.Choose(left, Platform.Host) ?? left[0];
        store.Catalog.Add(
            record with { Manifest = manifest },
            new ImageContents([.. contents.Blobs.Except(goneBlobs.Except(keptBlobs))], [.. contents.Layers.Except(goneLayers.Except(keptLayers))]),
            []);
    }

    private async Task<(HashSet<Digest> Blobs, HashSet<Digest> Layers)> PartsAsync(List<Descriptor> manifests, CancellationToken cancellationToken)
    {
        var (blobs, layers) = (new HashSet<Digest>(), new HashSet<Digest>());
        foreach (var entry in manifests)
        {
            var manifest = await store.Documents.ManifestAsync(entry.Digest, cancellationToken);
            blobs.UnionWith([entry.Digest, manifest.Config.Digest, .. manifest.Layers.Select(l => l.Digest)]);
            if (entry.Platform is { Os: not "unknown" })
            {
                layers.Add(ChainId.Of((await store.Documents.ConfigAsync(manifest.Config.Digest, cancellationToken)).Config.RootFs.DiffIds));
            }
        }

        return (blobs, layers);
    }

    /// <summary>The manifests that are the image's, those of indexes within the index as well.</summary>
    private async Task<List<Descriptor>> ManifestsAsync(Digest image, Descriptor index, CancellationToken cancellationToken)
    {
        var manifests = new List<Descriptor>();
        foreach (var entry in (await store.Documents.IndexAsync(index.Digest, cancellationToken)).Manifests.Where(entry => store.Catalog.Has(image, entry.Digest)))
        {
            manifests.AddRange(MediaTypes.IsIndex(entry.MediaType) ? await ManifestsAsync(image, entry, cancellationToken) : [entry]);
        }

        return manifests;
    }

    /// <summary>Exactly that: what only runs there too is not meant.</summary>
    private static bool Same(Platform one, Platform other) => (one.Os, one.Architecture, one.Variant) == (other.Os, other.Architecture, other.Variant);

    private static CortenException NotThere(string nameOrId, ImageRecord record, Platform platform) => CortenException.NotFound(
        $"failed to delete platform {platform} for image {record.Id}: image with reference {nameOrId} was found but does not provide any platform");
}
