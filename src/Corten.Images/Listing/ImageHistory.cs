using Corten.EngineApi.Images;
using Corten.Oci.Image;

namespace Corten.Images.Listing;

/// <summary>The steps that made an image, newest first.</summary>
public sealed class ImageHistory(ImageStore store)
{
    public async Task<IReadOnlyList<ImageHistoryItem>> ListAsync(string nameOrId, Platform? platform, CancellationToken cancellationToken)
    {
        var image = await store.Resolver.ResolveAsync(nameOrId, platform, cancellationToken);
        var chains = ImageLayers.ChainsOf(image.Config);
        var steps = new List<ImageHistoryItem>();
        var layer = 0;
        foreach (var step in image.Config.History ?? [])
        {
            // A step without its own layer, or one beyond the layers that there are, adds nothing.
            var size = step.EmptyLayer == true || layer >= chains.Count ? 0 : store.Layers.SizeOf(chains[layer++]);
            steps.Add(new ImageHistoryItem
            {
                Id = "<missing>",
                Created = (step.Created ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds(),
                CreatedBy = step.CreatedBy ?? "",
                Comment = step.Comment ?? "",
                Size = size,
            });
        }

        steps.Reverse();
        await NameStepsAsync(steps, image, cancellationToken);
        return steps;
    }

    /// <summary>The newest step is the image itself; those below are known where they are images of this machine.</summary>
    private async Task NameStepsAsync(List<ImageHistoryItem> steps, Image image, CancellationToken cancellationToken)
    {
        var at = 0;
        for (var record = image.Record; record is not null && at < steps.Count;)
        {
            steps[at].Id = record.Id.ToString();
            var tags = store.Catalog.NamesOf(record.Id).Where(n => n.IsTag).Select(n => n.Reference.Familiar).ToList();
            steps[at].Tags = tags.Count > 0 ? tags : null;
            var parent = record.Parent.IsEmpty ? null : store.Catalog.Find(record.Parent);
            var parentConfig = parent is null ? null : await store.TryConfigOfAsync(parent, cancellationToken);
            at = parentConfig?.History is { } below ? Math.Max(at + 1, steps.Count - below.Count) : steps.Count;
            record = parent!;
        }
    }
}
