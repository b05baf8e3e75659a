using Corten.Images.Catalog;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>An image for one platform, with its documents: what containers are made from.</summary>
public sealed record Image
{
    /// <summary>What the user sees as its id; see <see cref="ImageRecord.Id"/>.</summary>
    public required Digest Id { get; init; }

    /// <summary>The name that it was asked for by; null if that was an id.</summary>
    public ImageReference? Reference { get; init; }

    public required ImageRecord Record { get; init; }

    /// <summary>The manifest of the chosen platform.</summary>
    public required Descriptor ManifestDescriptor { get; init; }

    public required Manifest Manifest { get; init; }

    public required ImageConfig Config { get; init; }

    public Digest ConfigDigest => Manifest.Config.Digest;

    /// <summary>The unpacked layers that a root file system stands on; empty for an image without layers.</summary>
    public Digest ChainId => Oci.Image.ChainId.Of(Config.RootFs.DiffIds);

    /// <summary>The time of creation as the configuration has it, to the nanosecond; null if it has none.</summary>
    public string? CreatedText { get; init; }
}
