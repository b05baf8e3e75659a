using System.Globalization;
using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>
/// Removes a tree without following a link. A container can nest folders deeper than any path or stack reaches: below a fixed depth a folder
/// is moved up to the top first and removed from there.
/// </summary>
public static class TreeRemover
{
    private const int MaxDepth = 128;

    /// <summary>Nothing happens when there is nothing of that name.</summary>
    public static void Remove(SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        if (!FileAt.TryStatus(parent, leaf, out var status, out var errno))
        {
            if (errno == Errno.ENOENT)
            {
                return;
            }

            throw new LinuxException(errno, "stat", Encoding.UTF8.GetString(leaf));
        }

        if (!status.IsDirectory)
        {
            FileAt.Unlink(parent, leaf);
            return;
        }

        using (var top = Open(parent, leaf))
        {
            var moved = 0;
            do
            {
                RemoveContent(top, top, 0, ref moved);
            }
            while (moved > 0 && Reset(top, ref moved));
        }

        FileAt.RemoveDirectory(parent, leaf);
    }

    public static void Remove(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Path.Exists(Path.GetDirectoryName(full)))
        {
            return;
        }

        using var parent = FileAt.Open(Path.GetDirectoryName(full)!, OpenFlags.Path | OpenFlags.Directory);
        Remove(parent, Encoding.UTF8.GetBytes(Path.GetFileName(full)));
    }

    private static bool Reset(SafeFileHandle top, ref int moved)
    {
        moved = 0;
        OpenFile.Seek(top, 0);
        return true;
    }

    private static void RemoveContent(SafeFileHandle top, SafeFileHandle folder, int depth, ref int moved)
    {
        foreach (var entry in DirectoryEntries.Read(folder))
        {
            var isFolder = entry.IsUnknown ? FileAt.Status(folder, entry.Name).IsDirectory : entry.IsDirectory;
            if (!isFolder)
            {
                FileAt.Unlink(folder, entry.Name);
                continue;
            }

            if (depth == MaxDepth)
            {
                moved++;
                var name = string.Create(CultureInfo.InvariantCulture, $".corten-removed-{Guid.NewGuid():n}");
                FileAt.Rename(folder, entry.Name, top, Encoding.ASCII.GetBytes(name));
                continue;
            }

            using (var child = Open(folder, entry.Name))
            {
                RemoveContent(top, child, depth + 1, ref moved);
            }

            FileAt.RemoveDirectory(folder, entry.Name);
        }
    }

    private static SafeFileHandle Open(SafeFileHandle parent, ReadOnlySpan<byte> leaf) =>
        FileAt.Open(parent, leaf, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
}
