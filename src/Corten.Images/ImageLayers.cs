using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;
using Corten.Storage.Layers;

namespace Corten.Images;

/// <summary>The unpacked layers of images: how large they are, and unpacking them from blobs that are here.</summary>
public sealed class ImageLayers(LayerStore layers, ContentStore content)
{
    /// <summary>Docker's name for layers in folders under an overlay.</summary>
    public const string DriverName = "overlay2";

    public LayerStore Store => layers;

    /// <summary>The chain of each layer, lowest first.</summary>
    public static IReadOnlyList<Digest> ChainsOf(ImageConfig config)
    {
        var chains = new List<Digest>();
        foreach (var diffId in config.RootFs.DiffIds)
        {
            chains.Add(ChainId.Append(chains.Count > 0 ? chains[^1] : default, diffId));
        }

        return chains;
    }

    /// <summary>Bytes of the files in one layer; 0 if it is not unpacked.</summary>
    public long SizeOf(Digest chain) => layers.TryGet(chain)?.Size ?? 0;

    /// <summary>Bytes of the files in all layers of an image.</summary>
    public long SizeOf(ImageConfig config) => ChainsOf(config).Sum(SizeOf);

    /// <summary>Where an image's layers are, as <c>GraphDriver.Data</c> names it.</summary>
    public IReadOnlyDictionary<string, string>? DriverData(Digest chain)
    {
        if (chain.IsEmpty || !layers.Exists(chain))
        {
            return null;
        }

        var folders = layers.LowerDirectories(chain);
        var data = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["UpperDir"] = folders[0] };
        if (folders.Count > 1)
        {
            data["LowerDir"] = string.Join(':', folders.Skip(1));
        }

        return data;
    }

    /// <summary>Whether every layer is unpacked.</summary>
    public bool IsUnpacked(ImageConfig config) => ChainsOf(config) is not [.., var top] || layers.Exists(top);

    /// <summary>Unpacks what is not unpacked yet, from blobs in the content store.</summary>
    /// <exception cref="CortenException">NotFound: a blob is missing; InvalidArgument: it is not what the configuration says.</exception>
    public async Task UnpackAsync(Manifest manifest, ImageConfig config, CancellationToken cancellationToken)
    {
        CheckLayerCount(manifest, config);
        var chains = ChainsOf(config);
        for (var i = 0; i < chains.Count; i++)
        {
            if (!layers.Exists(chains[i]))
            {
                await using var blob = content.OpenRead(manifest.Layers[i].Digest);
                await layers.ApplyAsync(i > 0 ? chains[i - 1] : default, blob, config.RootFs.DiffIds[i], manifest.Layers[i].Digest, cancel: cancellationToken);
            }
        }
    }

    /// <exception cref="CortenException">InvalidArgument: the manifest has not one layer for each diff id.</exception>
    public static void CheckLayerCount(Manifest manifest, ImageConfig config)
    {
        if (manifest.Layers.Count != config.RootFs.DiffIds.Count)
        {
            throw CortenException.Invalid(
                $"layers from manifest don't match image configuration: {manifest.Layers.Count} layers, {config.RootFs.DiffIds.Count} diff ids");
        }
    }
}
