using Corten.EngineApi.Images;
using Corten.Oci.Image;
using Corten.Storage.Garbage;

namespace Corten.Images.Removal;

/// <summary>What a removal did, in the lines that the user sees.</summary>
internal sealed class RemovalLog
{
    private readonly HashSet<Digest> _chains = [];

    public List<ImageDeleteItem> Items { get; } = [];

    public bool DeletedAny { get; private set; }

    public void Untagged(ImageReference name) => Items.Add(new ImageDeleteItem { Untagged = name.Familiar });

    public void Deleted(Digest image, ImageConfig? config)
    {
        DeletedAny = true;
        Items.Add(new ImageDeleteItem { Deleted = image.ToString() });
        _chains.UnionWith(config is null ? [] : ImageLayers.ChainsOf(config));
    }

    /// <summary>The images' own layers among what was collected; what else went with them is nobody's business.</summary>
    public void Collected(Collected collected) =>
        Items.AddRange(collected.Layers.Where(_chains.Contains).Select(chain => new ImageDeleteItem { Deleted = chain.ToString() }));
}
