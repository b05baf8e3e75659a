using Corten.Oci.Image;

namespace Corten.Storage.Content;

/// <summary>A blob that is in the store.</summary>
public sealed record ContentInfo(Digest Digest, long Size, DateTime Created)
{
    /// <summary>The key of the layer that the blob is the archive of, while it is not written; empty for a blob that has its file.</summary>
    public Digest Layer { get; init; }

    public bool HasFile => Layer.IsEmpty;
}
