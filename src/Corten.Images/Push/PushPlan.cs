using System.Text.Json;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Images.Push;

/// <summary>A manifest to send, with the blobs that must be at the registry before it.</summary>
/// <param name="Target">Its digest is of <paramref name="Content"/>.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Blobs">Configuration and layers, each with the id that progress lines call it by; null for one without a line.</param>
internal sealed record PushManifest(Descriptor Target, byte[] Content, IReadOnlyList<(Descriptor Blob, string? Id)> Blobs);

/// <summary>
/// Finds out what a push has to send. Manifests go as they came, so that their digests stay; only those made here of plain layers are
/// rewritten with compressed ones, once: the compressed form is kept for the next push.
/// </summary>
internal sealed class PushPlan(ImageStore store)
{
    private readonly LayerCompressor _compressor = new(store);

    /// <summary>
    /// Manifests in the order in which they must be sent: an index after those that it names. An index of which something was removed can't be sent; the one
    /// manifest goes that containers are made from.
    /// </summary>
    public async Task<IReadOnlyList<PushManifest>> MakeAsync(Image image, bool whole, CancellationToken cancellationToken)
    {
        if (!whole || !MediaTypes.IsIndex(image.Record.Target.MediaType))
        {
            return [await ManifestAsync(image.ManifestDescriptor, asItIs: image.Record.IsIndex, cancellationToken)];
        }

        if (!await IsWholeAsync(image.Id, image.Record.Target, cancellationToken))
        {
            return [await ManifestAsync(image.ManifestDescriptor, asItIs: true, cancellationToken)];
        }

        var manifests = new List<PushManifest>();
        await AddIndexAsync(image.Record.Target, manifests, cancellationToken);
        return manifests;
    }

    /// <summary>The same of what need not be an image here: as it is.</summary>
    public async Task<IReadOnlyList<PushManifest>> MakeAsync(Descriptor target, CancellationToken cancellationToken)
    {
        var manifests = new List<PushManifest>();
        if (MediaTypes.IsIndex(target.MediaType))
        {
            await AddIndexAsync(target, manifests, cancellationToken);
        }
        else
        {
            manifests.Add(await ManifestAsync(target, asItIs: true, cancellationToken));
        }

        return manifests;
    }

    private async Task<bool> IsWholeAsync(Digest image, Descriptor index, CancellationToken cancellationToken)
    {
        foreach (var entry in (await store.Documents.IndexAsync(index.Digest, cancellationToken)).Manifests)
        {
            if (!store.Catalog.Has(image, entry.Digest) || (MediaTypes.IsIndex(entry.MediaType) && !await IsWholeAsync(image, entry, cancellationToken)))
            {
                return false;
            }
        }

        return true;
    }

    private async Task AddIndexAsync(Descriptor index, List<PushManifest> manifests, CancellationToken cancellationToken)
    {
        foreach (var entry in (await store.Documents.IndexAsync(index.Digest, cancellationToken)).Manifests)
        {
            if (MediaTypes.IsIndex(entry.MediaType))
            {
                await AddIndexAsync(entry, manifests, cancellationToken);
            }
            else
            {
                // Within an index a manifest's digest is fixed: its layers go as they are.
                var content = await store.Content.ReadAllAsync(entry.Digest, cancel: cancellationToken);
                var manifest = await store.Documents.ManifestAsync(entry.Digest, cancellationToken);
                manifests.Add(new PushManifest(entry, content, await BlobsOfAsync(manifest, cancellationToken)));
            }
        }

        manifests.Add(new PushManifest(index, await store.Content.ReadAllAsync(index.Digest, cancel: cancellationToken), []));
    }

    private async Task<PushManifest> ManifestAsync(Descriptor descriptor, bool asItIs, CancellationToken cancellationToken)
    {
        var manifest = await store.Documents.ManifestAsync(descriptor.Digest, cancellationToken);
        if (asItIs || !manifest.Layers.Any(IsPlain))
        {
            return new PushManifest(descriptor, await store.Content.ReadAllAsync(descriptor.Digest, cancel: cancellationToken), await BlobsOfAsync(manifest, cancellationToken));
        }

        var layers = new List<Descriptor>();
        foreach (var layer in manifest.Layers)
        {
            layers.Add(IsPlain(layer) ? await _compressor.ConvertAsync(layer, CompressionKind.Gzip, null, cancellationToken) : layer);
        }

        var packed = manifest with { Layers = layers };
        var content = JsonSerializer.SerializeToUtf8Bytes(packed, ImageJson.Plain.Manifest);
        return new PushManifest(new Descriptor { MediaType = descriptor.MediaType, Digest = Digest.Of(content), Size = content.Length }, content, await BlobsOfAsync(packed, cancellationToken));
    }

    /// <summary>Layers topmost first, as Docker lists them, under their diff ids; then the configuration.</summary>
    private async Task<IReadOnlyList<(Descriptor, string?)>> BlobsOfAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        foreach (var blob in manifest.Layers.Append(manifest.Config).Where(b => !store.Content.Exists(b.Digest)))
        {
            throw CortenException.NotFound($"content digest {blob.Digest}: not found; pull or load the image again");
        }

        var diffIds = MediaTypes.IsConfig(manifest.Config.MediaType) ? (await store.Documents.ConfigAsync(manifest.Config.Digest, cancellationToken)).Config.RootFs.DiffIds : [];
        var blobs = new List<(Descriptor, string?)>();
        for (var i = manifest.Layers.Count - 1; i >= 0; i--)
        {
            blobs.Add((manifest.Layers[i], (diffIds.Count == manifest.Layers.Count ? diffIds[i] : manifest.Layers[i].Digest).Short));
        }

        blobs.Add((manifest.Config, null));
        return blobs;
    }

    private static bool IsPlain(Descriptor layer) => layer.MediaType is MediaTypes.OciLayer or MediaTypes.DockerLayer;
}
