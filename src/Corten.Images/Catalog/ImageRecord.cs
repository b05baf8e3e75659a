using Corten.Oci.Image;

namespace Corten.Images.Catalog;

/// <summary>
/// What the database says of an image. <see cref="Id"/> is the digest of its configuration, as in Docker's own store; only an image of several
/// platforms, or with attestations, all of them here, goes by the digest of its index: two that differ in nothing but attestations are two.
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

/// <summary>What an image keeps from being collected.</summary>
/// <param name="Blobs">Manifests, index, configurations and layers' archives that are here.</param>
/// <param name="Layers">Top layers of each platform that is unpacked.</param>
public sealed record ImageContents(IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Layers)
{
    /// <summary>Of an image of one manifest.</summary>
    public static ImageContents Of(Descriptor manifest, Manifest parsed, ImageConfig config) =>
        new([manifest.Digest, parsed.Config.Digest, .. parsed.Layers.Select(l => l.Digest)], [ChainId.Of(config.RootFs.DiffIds)]);
}
