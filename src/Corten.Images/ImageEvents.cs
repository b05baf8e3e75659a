using Corten.EngineApi.Events;
using Corten.Images.Catalog;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>Publishes what happens to images, with their labels as attributes.</summary>
public sealed class ImageEvents(EventLog log)
{
    /// <param name="action">Docker's word: <c>pull</c>, <c>tag</c>, <c>untag</c>, <c>delete</c>, …</param>
    /// <param name="actor">The id or name that the event is about.</param>
    /// <param name="config">Gives the labels; null for an image that is gone.</param>
    /// <param name="name">The name, or what the user called the image.</param>
    public void Publish(string action, string actor, ImageConfig? config, string name)
    {
        var attributes = new Dictionary<string, string>(config?.Config?.Labels ?? [], StringComparer.Ordinal) { ["name"] = name };
        log.Publish(EventType.Image, action, actor, attributes);
    }

    public void Published(string action, Digest id, ImageConfig? config, string? name = null) => Publish(action, id.ToString(), config, name ?? id.ToString());

    public void PublishSaved(IEnumerable<Image> images)
    {
        foreach (var image in images)
        {
            Published("save", image.Id, image.Config);
        }
    }

    public void Pruned(long reclaimed) =>
        log.Publish(EventType.Image, "prune", "", [new("reclaimed", reclaimed.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
}
