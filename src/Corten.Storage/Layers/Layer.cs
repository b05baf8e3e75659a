using Corten.Oci.Image;

namespace Corten.Storage.Layers;

/// <summary>A layer that is unpacked on disk and usable as an overlay's lower folder.</summary>
/// <param name="Key">Its ChainId, or, for a layer that no image names yet, a digest of its maker's choice.</param>
/// <param name="Parent">The key of the layer below; empty at the bottom.</param>
/// <param name="DiffId">Digest of its archive, uncompressed; empty while nobody has asked for it.</param>
/// <param name="Directory">Number of its folder.</param>
/// <param name="Size">Sum of its files' lengths, as Docker counts an image's size.</param>
public sealed record Layer(Digest Key, Digest Parent, Digest DiffId, long Directory, long Size, DateTime Created);
