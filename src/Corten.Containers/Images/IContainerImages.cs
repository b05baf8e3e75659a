using Corten.Oci.Image;

namespace Corten.Containers.Images;

/// <summary>What a container is made from.</summary>
/// <param name="Id">The digest that users know it by.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Chain">The unpacked layers; empty for none.</param>
public sealed record ContainerImage(Digest Id, ImageConfig Config, string Chain);

/// <summary>Images, as far as containers need to know.</summary>
public interface IContainerImages
{
    /// <param name="name">As the user wrote it.</param>
    /// <param name="platform">Null for this machine's.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="Corten.Oci.Errors.CortenException">In the words for a missing image, which make clients pull it.</exception>
    Task<ContainerImage> ResolveAsync(string name, Platform? platform, CancellationToken cancellationToken);

    /// <summary>The id that a name has now; null if it has none.</summary>
    Digest? TryFindId(string name);

    /// <summary>Whether the image <paramref name="id"/> stands on all layers of <paramref name="ancestor"/> (both as digests).</summary>
    bool IsAncestor(string ancestor, string id);

    /// <summary>The built-in image without layers that a container without a name of an image is made from.</summary>
    static ContainerImage Empty { get; } = new(default, new ImageConfig { Os = "linux" }, "");
}
