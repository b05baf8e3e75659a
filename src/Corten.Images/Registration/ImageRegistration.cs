using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Registration;

/// <summary>
/// Makes an image out of blobs that are in the content store: finds the manifest for this machine, checks it, unpacks its layers and records
/// it with its names. Until the record is written, nothing counts.
/// </summary>
public sealed class ImageRegistration(ImageStore store)
{
    /// <summary>Indexes within indexes, at most so deep.</summary>
    private const int MaxDepth = 4;

    /// <summary>Manifests that one index may lead to.</summary>
    private const int MaxManifests = 1024;

    /// <param name="target">A manifest or an index.</param>
    /// <param name="names">What the image is called from now on.</param>
    /// <param name="platform">Of an index, take only this platform; null for everything that is here.</param>
    /// <param name="alsoKeep">Blobs that are not part of the image but stay with it: the index that it was found in.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="CortenException">NotFound: a blob is missing or no platform fits; InvalidArgument: it is no image.</exception>
    public async Task<Image> RegisterAsync(
        Descriptor target, IReadOnlyList<ImageReference> names, Platform? platform, IReadOnlyList<Descriptor> alsoKeep, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsManifest(target.MediaType))
        {
            return await RecordAsync(target, target, [target, .. alsoKeep], byIndex: false, names, cancellationToken);
        }

        if (!MediaTypes.IsIndex(target.MediaType))
        {
            throw CortenException.Invalid($"unsupported media type {target.MediaType}");
        }

        var entries = new List<Descriptor>();
        var inner = new List<Descriptor> { target };
        await CollectAsync(target, entries, inner, depth: 0, cancellationToken);
        var images = new List<Descriptor>();
        foreach (var entry in entries.Where(e => e.Platform is { Os: not "unknown" } || entries.Count == 1))
        {
            if (await IsCompleteAsync(entry, cancellationToken))
            {
                images.Add(entry);
            }
        }

        // Where nobody asked for one and none fits this machine, an image of other machines is kept all the same.
        var chosen = Choose(images, platform ?? Platform.Host, mustFit: platform is not null) ?? (platform is null ? images.FirstOrDefault() : null)
            ?? throw CortenException.NotFound($"no matching manifest for {platform ?? Platform.Host} in the manifest list entries");
        var whole = platform is null && await AreAllCompleteAsync(entries, cancellationToken);
        return await RecordAsync(
            whole ? target : chosen, chosen, whole ? [.. inner, .. entries] : [chosen, .. alsoKeep], byIndex: whole && entries.Count > 1, names, cancellationToken);
    }

    /// <summary>Records one manifest as an image of its own, under the digest of its configuration; one of several, or with attestations beside it, under its index's.</summary>
    private async Task<Image> RecordAsync(
        Descriptor target, Descriptor chosen, IReadOnlyList<Descriptor> parts, bool byIndex, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        var manifest = await store.Documents.ManifestAsync(chosen.Digest, cancellationToken);
        var config = await store.Documents.ConfigAsync(manifest.Config.Digest, cancellationToken);
        if (config.Config.Os is { Length: > 0 } os && os != "linux")
        {
            throw CortenException.Invalid($"cannot load {os} image on linux");
        }

        await store.Layers.UnpackAsync(manifest, config.Config, cancellationToken);
        var record = new ImageRecord
        {
            Id = byIndex ? target.Digest : manifest.Config.Digest,
            Target = Plain(target),
            Manifest = Plain(chosen),
        };
        store.Catalog.Add(record, new ImageContents(await BlobsOfAsync(parts, cancellationToken), [ChainId.Of(config.Config.RootFs.DiffIds)]), names);
        return new Image
        {
            Id = record.Id,
            Reference = names.Count > 0 ? names[0] : null,
            Record = record,
            ManifestDescriptor = record.Manifest,
            Manifest = manifest,
            Config = config.Config,
            CreatedText = config.CreatedText,
        };
    }

    /// <summary>The parts and what manifests among them refer to. Indexes within an index are parts as well.</summary>
    private async Task<IReadOnlyList<Digest>> BlobsOfAsync(IReadOnlyList<Descriptor> parts, CancellationToken cancellationToken)
    {
        var blobs = new HashSet<Digest>(parts.Select(p => p.Digest));
        foreach (var part in parts.Where(p => MediaTypes.IsManifest(p.MediaType)))
        {
            var manifest = await store.Documents.ManifestAsync(part.Digest, cancellationToken);
            blobs.Add(manifest.Config.Digest);
            blobs.UnionWith(manifest.Layers.Select(l => l.Digest));
        }

        return [.. blobs];
    }

    /// <summary>The manifests that an index leads to, through indexes within it.</summary>
    private async Task CollectAsync(Descriptor index, List<Descriptor> entries, List<Descriptor> inner, int depth, CancellationToken cancellationToken)
    {
        foreach (var entry in (await store.Documents.IndexAsync(index.Digest, cancellationToken)).Manifests)
        {
            if (MediaTypes.IsIndex(entry.MediaType) && store.Content.Exists(entry.Digest))
            {
                if (depth + 1 >= MaxDepth)
                {
                    throw CortenException.Invalid($"manifest list invalid: indexes within indexes, more than {MaxDepth} deep");
                }

                inner.Add(entry);
                await CollectAsync(entry, entries, inner, depth + 1, cancellationToken);
            }
            else
            {
                entries.Add(entry);
            }

            if (entries.Count > MaxManifests)
            {
                throw CortenException.Invalid($"manifest list invalid: more than {MaxManifests} manifests");
            }
        }
    }

    private async Task<bool> AreAllCompleteAsync(IEnumerable<Descriptor> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            if (!await IsCompleteAsync(entry, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The manifest, its configuration and all its layers are in the content store.</summary>
    private async Task<bool> IsCompleteAsync(Descriptor entry, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsManifest(entry.MediaType) || !store.Content.Exists(entry.Digest))
        {
            return false;
        }

        var manifest = await store.Documents.ManifestAsync(entry.Digest, cancellationToken);
        return store.Content.Exists(manifest.Config.Digest) && manifest.Layers.All(l => store.Content.Exists(l.Digest));
    }

    private static Descriptor? Choose(List<Descriptor> images, Platform wanted, bool mustFit) =>
        PlatformChoice.Choose(images, wanted) ?? (images.Count == 1 && (!mustFit || images[0].Platform is null) ? images[0] : null);

    /// <summary>What identifies the content, without what the place where it was found said of it.</summary>
    private static Descriptor Plain(Descriptor descriptor) => new() { MediaType = descriptor.MediaType, Digest = descriptor.Digest, Size = descriptor.Size };
}
