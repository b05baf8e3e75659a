using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Layers;

/// <summary>
/// What can only be settled once it is known what a layer stands on: folders that it implies without naming show the attributes that they have
/// below, and hard links to files of a layer below get a copy of the file to link to (an overlay would copy it up just so).
/// </summary>
internal sealed class LayerJoin(string layer, IReadOnlyList<string> lower)
{
    public void Settle(UnpackedLayer unpacked)
    {
        using var top = Open(layer);
        var below = lower.Select(Open).ToList();
        try
        {
            foreach (var (path, target) in unpacked.LinksToBelow)
            {
                LinkToBelow(top, below, path, target);
            }

            // Deepest first: setting a folder's attributes does not touch its parent's times.
            foreach (var path in Enumerable.Reverse(unpacked.Implied))
            {
                TakeAttributes(top, below, path);
            }

            if (!unpacked.RootDescribed)
            {
                TakeAttributes(top, below, []);
            }
        }
        finally
        {
            below.ForEach(static folder => folder.Dispose());
        }
    }

    /// <summary>Gives the layer's root folder the attributes of the one below.</summary>
    public void SettleRoot()
    {
        using var top = Open(layer);
        using var below = Open(lower[0]);
        FileCopy.Attributes(below, top);
    }

    private static SafeFileHandle Open(string path) => FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);

    /// <summary>The topmost layer below that has the path, and says what it is; null when none has, or a layer says that it is gone.</summary>
    private static SafeFileHandle? Find(List<SafeFileHandle> below, byte[] path, int flags)
    {
        foreach (var folder in below)
        {
            var found = FileAt.TryOpenResolved(folder, path, flags | OpenFlags.NoFollow, 0, Resolve.Beneath | Resolve.NoSymlinks, out var errno);
            if (found is not null)
            {
                return found;
            }

            if (errno != Errno.ENOENT)
            {
                // A file, link or whiteout stands where the path goes through: what is below it does not show.
                return null;
            }
        }

        return null;
    }

    private static void TakeAttributes(SafeFileHandle top, List<SafeFileHandle> below, byte[] path)
    {
        using var source = Find(below, path, OpenFlags.ReadOnly | OpenFlags.Directory);
        if (source is null)
        {
            return;
        }

        // It may have been replaced by a later entry of its own layer.
        using var target = FileAt.TryOpenResolved(top, path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0,
            Resolve.Beneath | Resolve.NoSymlinks, out _);
        if (target is not null)
        {
            FileCopy.Attributes(source, target);
        }
    }

    private static void LinkToBelow(SafeFileHandle top, List<SafeFileHandle> below, byte[] path, byte[] target)
    {
        using var source = Find(below, target, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (source is null || !FileAt.Status(source).IsRegular)
        {
            throw CortenException.Invalid(
                $"invalid hard link \"{Encoding.UTF8.GetString(path)}\" -> \"{Encoding.UTF8.GetString(target)}\": no such file or directory");
        }

        using var folder = FileAt.OpenInRoot(top, ArchivePath.Parent(path), OpenFlags.Path | OpenFlags.Directory);
        var leaf = ArchivePath.Leaf(path);
        FileAt.Unlink(folder, leaf);
        using var copy = FileAt.TryCreate(folder, leaf, 0x180) ?? throw new LinuxException(Errno.EEXIST, "create", Encoding.UTF8.GetString(path));
        FileCopy.Content(source, copy);
        FileCopy.Attributes(source, copy);
    }
}
