using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>A container that was made from an image, or mounts it.</summary>
public sealed record ImageUse(Digest Image, string ContainerId, bool Running);

/// <summary>Who uses images; implemented by the capability that owns containers.</summary>
public interface IImageUsers
{
    IReadOnlyList<ImageUse> ListUses();
}

/// <summary>For a store without containers.</summary>
public sealed class NoImageUsers : IImageUsers
{
    public IReadOnlyList<ImageUse> ListUses() => [];
}
