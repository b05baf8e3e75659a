using System.Text;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Volumes.Content;

/// <summary>What a folder holds: the lengths of its files, those with several names once, as <c>docker system df</c> counts.</summary>
internal static class TreeSize
{
    /// <returns>Bytes; 0 for a folder that is gone.</returns>
    public static long Measure(string path)
    {
        if (!Directory.Exists(path))
        {
            return 0;
        }

        using var folder = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        return Measure(folder, []);
    }

    private static long Measure(SafeFileHandle folder, HashSet<(ulong Device, ulong Inode)> seen)
    {
        long size = 0;
        foreach (var (name, _) in DirectoryEntries.Read(folder))
        {
            // Files come and go while a container uses the volume.
            if (!FileAt.TryStatus(folder, name, out var status, out _))
            {
                continue;
            }

            if (status.IsDirectory)
            {
                size += MeasureInside(folder, name, seen);
            }
            else if (status.Links == 1 || seen.Add((status.Device, status.Inode)))
            {
                size += status.Size;
            }
        }

        return size;
    }

    private static long MeasureInside(SafeFileHandle folder, byte[] name, HashSet<(ulong Device, ulong Inode)> seen)
    {
        using var inner = FileAt.TryOpenResolved(
            folder, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0, Resolve.Beneath | Resolve.NoSymlinks, out _);
        return inner is null ? 0 : Measure(inner, seen);
    }
}
