using System.Text.Json;
using Corten.Images.Catalog;
using Corten.Oci.Image;

namespace Corten.Images.Registration;

/// <summary>Writes the documents of images that are made on this machine: import, commit, docker-archives, builds.</summary>
public sealed class LocalImage(ImageStore store)
{
    /// <summary>Stores configuration and manifest for layers that are in both stores, and records the image.</summary>
    /// <param name="config">Its diff ids are those of <paramref name="layers"/>.</param>
    /// <param name="layers">Blobs, lowest first.</param>
    /// <param name="parent">The image that this one was made from; empty for none.</param>
    /// <param name="names">What it is called.</param>
    /// <param name="cancellationToken"></param>
    public async Task<Image> CreateAsync(
        ImageConfig config, IReadOnlyList<Descriptor> layers, Digest parent, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Plain.ImageConfig);
        var descriptor = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = await store.Content.AddAsync(json, cancellationToken), Size = json.Length };
        return await CreateAsync(descriptor, config, layers, parent, names, cancellationToken);
    }

    /// <summary>The same for a configuration that is in the content store already.</summary>
    public async Task<Image> CreateAsync(
        Descriptor config, ImageConfig parsed, IReadOnlyList<Descriptor> layers, Digest parent, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        var manifest = new Manifest { MediaType = MediaTypes.OciManifest, Config = config, Layers = layers };
        ImageLayers.CheckLayerCount(manifest, parsed);
        await store.Layers.UnpackAsync(manifest, parsed, cancellationToken);
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Plain.Manifest);
        var target = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = await store.Content.AddAsync(json, cancellationToken), Size = json.Length };
        var record = new ImageRecord { Id = config.Digest, Target = target, Manifest = target, Parent = parent };
        store.Catalog.Add(record, ImageContents.Of(target, manifest, parsed), names);
        return new Image
        {
            Id = record.Id,
            Reference = names.Count > 0 ? names[0] : null,
            Record = record,
            ManifestDescriptor = target,
            Manifest = manifest,
            Config = parsed,
            CreatedText = parsed.Created is { } created ? GoTime.Format(created) : null,
        };
    }
}
