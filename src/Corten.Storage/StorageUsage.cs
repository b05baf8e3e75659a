using Corten.Storage.Archive;

namespace Corten.Storage;

/// <summary>Bytes on disk under the data root as du counts them, by who holds them.</summary>
/// <param name="Content">Compressed blobs, half-arrived ones included.</param>
/// <param name="Layers">Unpacked layers.</param>
/// <param name="Containers">Writable layers and what containers' owners keep beside them.</param>
/// <param name="Other">The database, folders of others, and the folders themselves.</param>
public sealed record StorageUsage(long Content, long Layers, long Containers, long Other)
{
    public long Total => Content + Layers + Containers + Other;

    internal static StorageUsage Of(DataRoot root)
    {
        var content = TreeUsage.Of(root.Content).Bytes;
        var layers = TreeUsage.Of(root.Layers).Bytes;
        var containers = TreeUsage.Of(root.Containers).Bytes;
        return new StorageUsage(content, layers, containers, TreeUsage.Of(root.Path).Bytes - content - layers - containers);
    }
}
