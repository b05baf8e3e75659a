using Corten.Oci.Image;

namespace Corten.Images.Catalog;

/// <summary>
/// What the database says of an image. <see cref="Id"/> is the digest of its configuration, as in Docker's own store; only an image of several
/// platforms, all of them here, goes by the digest of its index.
/// </summary>
public sealed record ImageRecord
{
    public required Digest Id { get; init; }

    /// <summary>What a push sends and a save writes: the manifest, or the index if everything in it is here.</summary>
    public required Descriptor Target { get; init; }

    /// <summary>The manifest for the platform that runs here; the same as <see cref="Target"/> unless that is an index.</summary>
    public required Descriptor Manifest { get; init; }

    /// <summary>Id of the image that this one was committed or built from on this machine.</summary>
    public Digest Parent { get; init; }

    /// <summary>When a tag was last set here; null for never.</summary>
    public DateTime? LastTagged { get; init; }

    public bool IsIndex => Id == Target.Digest;
}

/// <summary>A name and the image that it stands for. Either a tag or a digest of the repository.</summary>
public sealed record ImageName(ImageReference Reference, Digest Image)
{
    public bool IsTag => Reference.Tag is not null;
}
