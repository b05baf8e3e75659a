using Corten.Images.Catalog;
using Corten.Oci.Image;

namespace Corten.Images.Removal;

/// <summary>Why an image may not be removed, in Docker's words. A hard conflict can't be forced.</summary>
internal sealed record RemovalConflict(Digest Image, string Reason, bool Hard, bool Used)
{
    public string Message => $"conflict: unable to delete {Image.Short} ({(Hard ? "cannot be forced" : "must be forced")}) - {Reason}";

    /// <summary>The first conflict, hard ones first; null if there is none.</summary>
    /// <param name="image">Which image.</param>
    /// <param name="catalog">Knows names and children.</param>
    /// <param name="uses">Who uses images now.</param>
    /// <param name="force">Only hard conflicts count.</param>
    /// <param name="ignoreNames">That it still has names is none.</param>
    public static RemovalConflict? Find(Digest image, ImageCatalog catalog, IReadOnlyList<ImageUse> uses, bool force, bool ignoreNames)
    {
        if (catalog.ChildrenOf(image).Count > 0)
        {
            return new(image, "image has dependent child images", Hard: true, Used: true);
        }

        if (uses.FirstOrDefault(u => u.Image == image && u.Running) is { } running)
        {
            return new(image, $"image is being used by running container {Short(running.ContainerId)}", Hard: true, Used: true);
        }

        if (force)
        {
            return null;
        }

        if (!ignoreNames && catalog.NamesOf(image).Count > 0)
        {
            return new(image, "image is referenced in multiple repositories", Hard: false, Used: false);
        }

        return uses.FirstOrDefault(u => u.Image == image) is { } stopped
            ? new(image, $"image is being used by stopped container {Short(stopped.ContainerId)}", Hard: false, Used: true)
            : null;
    }

    public static string Short(string containerId) => containerId.Length > 12 ? containerId[..12] : containerId;
}
