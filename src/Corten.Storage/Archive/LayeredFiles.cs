using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>
/// Which layer a name of a merged tree comes from. A file may be in several layers under one inode, if they were made of one context; each layer by itself, as a
/// registry has it, knows nothing of the other, and so neither must what is made of the merged tree: only names of one layer are hard links of each other.
/// </summary>
/// <param name="layers">The folders in overlay form, topmost first.</param>
public sealed class LayeredFiles(IReadOnlyList<string> layers) : IDisposable
{
    private List<SafeFileHandle>? _open;

    /// <summary>Whether two names of one inode are of one layer.</summary>
    public bool AreOne(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => layers.Count < 2 || (LayerOf(first) is >= 0 and var layer && layer == LayerOf(second));

    public void Dispose() => _open?.ForEach(static folder => folder.Dispose());

    /// <summary>-1 for a name that leads over a link.</summary>
    private int LayerOf(ReadOnlySpan<byte> path)
    {
        _open ??= [.. layers.Select(folder => FileAt.Open(folder, OpenFlags.Path | OpenFlags.Directory))];
        for (var i = 0; i < _open.Count; i++)
        {
            if (Holds(_open[i], path))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Holds(SafeFileHandle layer, ReadOnlySpan<byte> path)
    {
        var parent = ArchivePath.Parent(path);
        using var folder = FileAt.TryOpenResolved(layer, parent.IsEmpty ? "."u8 : parent, OpenFlags.Path | OpenFlags.Directory, 0, Resolve.Beneath | Resolve.NoSymlinks, out _);
        return folder is not null && FileAt.TryStatus(folder, ArchivePath.Leaf(path), out _, out _);
    }
}
