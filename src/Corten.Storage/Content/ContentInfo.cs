using Corten.Oci.Image;

namespace Corten.Storage.Content;

/// <summary>A blob that is in the store.</summary>
public sealed record ContentInfo(Digest Digest, long Size, DateTime Created);
