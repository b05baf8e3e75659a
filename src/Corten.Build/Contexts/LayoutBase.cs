using Corten.Build.Planning;
using Corten.Distribution.Registry;
using Corten.Images;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Contexts;

/// <summary>A base out of an OCI layout of the client's: its blobs come over, its layers are unpacked, and it gets no name. The build holds it meanwhile.</summary>
internal sealed class LayoutBase(ImageStore store, IBuildClient client)
{
    /// <param name="layout"><c>STORE[:TAG]@DIGEST</c>: clients look the tag up themselves.</param>
    /// <param name="platform">Which of an index's.</param>
    /// <param name="cancellation"></param>
    public async Task<BaseImage> ResolveAsync(OciLayoutContext layout, Platform platform, CancellationToken cancellation)
    {
        if (layout.Reference.Split('@', 2) is not [var place, var text] || !Digest.TryParse(text, out var digest))
        {
            throw CortenException.Invalid($"could not parse oci-layout reference {layout.Reference}: it has no digest");
        }

        var name = place.Split(':')[0];
        var source = client.Layout(name) ?? throw CortenException.NotFound($"the client offers no OCI layout {name}");
        var (target, content) = await ManifestAsync(source, digest, platform, cancellation);
        var manifest = ManifestReader.ReadManifest(content);
        var json = await source.ReadAsync(manifest.Config.Digest, cancellation);
        var config = ImageDocuments.ReadConfig(json).Config;
        ImageLayers.CheckLayerCount(manifest, config);
        foreach (var layer in manifest.Layers)
        {
            await source.FetchAsync(layer, store.Content, cancellation);
        }

        await store.Layers.UnpackAsync(manifest, config, cancellation);
        return new BaseImage { Reference = $"oci-layout://{name}", Digest = target, Id = manifest.Config.Digest, Config = config, Layers = manifest.Layers };
    }

    /// <summary>The manifest itself, or the one of an index that fits.</summary>
    private static async Task<(Digest Digest, byte[] Content)> ManifestAsync(ILayoutSource source, Digest digest, Platform platform, CancellationToken cancellation)
    {
        var content = await source.ReadAsync(digest, cancellation);
        if (!MediaTypes.IsIndex(ManifestReader.MediaTypeOf(content)))
        {
            return (digest, content);
        }

        var chosen = PlatformChoice.Choose(ManifestReader.ReadIndex(content).Manifests, platform)
            ?? throw CortenException.NotFound($"no matching manifest for {platform} in the manifest list entries");
        return (chosen.Digest, await source.ReadAsync(chosen.Digest, cancellation));
    }
}
