using Corten.Oci.Image;

namespace Corten.Storage.Snapshots;

/// <summary>A container's writable layer.</summary>
/// <param name="Layer">ChainId of the image's top layer; empty for an image without layers.</param>
/// <param name="Top">The layer it stands on: <paramref name="Layer"/>, or the mount points between them.</param>
public sealed record Snapshot(string Id, Digest Layer, Digest Top, DateTime Created);
