using Corten.Images;
using Corten.Oci.Image;

namespace Corten.Containers.Images;

/// <summary>What a container is made from.</summary>
/// <param name="Id">The digest that users know it by.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Chain">The unpacked layers; empty for none.</param>
internal sealed record ContainerImage(Digest Id, ImageConfig Config, string Chain);

/// <summary>Images, as far as containers need to know.</summary>
internal sealed class ContainerImages(ImageStore store)
{
    /// <summary>What a container is made from that names no image: nothing.</summary>
    public static ContainerImage Empty { get; } = new(default, new ImageConfig { Os = "linux" }, "");

    /// <param name="name">As the user wrote it.</param>
    /// <param name="platform">Null for this machine's.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="Corten.Oci.Errors.CortenException">In the words for a missing image, which make clients pull it.</exception>
    public async Task<ContainerImage> ResolveAsync(string name, Platform? platform, CancellationToken cancellationToken)
    {
        var image = await store.ResolveUnpackedAsync(name, platform, cancellationToken);
        return new ContainerImage(image.Id, image.Config, image.ChainId.ToString());
    }

    /// <summary>The id that a name has now; null if it has none, or is none.</summary>
    public Digest? TryFindId(string name)
    {
        try
        {
            return store.Resolver.TryFind(name)?.Record.Id;
        }
        catch (Corten.Oci.Errors.CortenException)
        {
            return null;
        }
    }

    /// <summary>Whether an image was made from another, step by step.</summary>
    public bool IsAncestor(string ancestor, string id)
    {
        for (var at = Digest.TryParse(id, out var digest) ? store.Catalog.Find(digest) : null; at is not null; at = at.Parent.IsEmpty ? null : store.Catalog.Find(at.Parent))
        {
            if (at.Id.ToString() == ancestor)
            {
                return true;
            }
        }

        return false;
    }
}
