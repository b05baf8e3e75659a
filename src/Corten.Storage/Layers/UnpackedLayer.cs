using Corten.Oci.Image;

namespace Corten.Storage.Layers;

/// <summary>
/// A layer that is unpacked but in no chain yet: layers are unpacked side by side while they arrive, and put on top of one another by
/// <see cref="LayerStore.CommitAsync"/>. Disposed without that, its folder is removed.
/// </summary>
public sealed class UnpackedLayer : IDisposable
{
    private readonly LayerStore _store;
    private bool _settled;

    internal UnpackedLayer(LayerStore store, long directory) => (_store, Directory) = (store, directory);

    public Digest DiffId { get; internal set; }

    /// <summary>Digest of the bytes as they came in, compressed.</summary>
    public Digest BlobDigest { get; internal set; }

    /// <summary>Bytes as they came in.</summary>
    public long BlobSize { get; internal set; }

    public long Size { get; internal set; }

    public long Entries { get; internal set; }

    internal long Directory { get; }

    internal List<byte[]> Implied { get; set; } = [];

    internal bool RootDescribed { get; set; }

    internal List<(byte[] Path, byte[] Target)> LinksToBelow { get; set; } = [];

    public void Dispose()
    {
        if (!_settled)
        {
            _settled = true;
            _store.Discard(Directory);
        }
    }

    internal void Settle() => _settled = true;
}
