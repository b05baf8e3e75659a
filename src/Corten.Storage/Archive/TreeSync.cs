using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>
/// Brings the files of a folder to the disk, and nothing else (fsync(2) of each). For few and large files: a sync of the whole file system would wait for
/// what everybody else has written, too.
/// </summary>
internal static class TreeSync
{
    public static void Of(string path)
    {
        using var folder = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        Sync(folder);
        using var parent = FileAt.Open(Path.GetDirectoryName(path)!, OpenFlags.ReadOnly | OpenFlags.Directory);
        OpenFile.Sync(parent);
    }

    private static void Sync(SafeFileHandle folder)
    {
        foreach (var entry in DirectoryEntries.Read(folder))
        {
            var type = FileAt.Status(folder, entry.Name);
            if (type.IsDirectory)
            {
                using var child = FileAt.Open(folder, entry.Name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
                Sync(child);
            }
            else if (type.IsRegular)
            {
                using var file = FileAt.Open(folder, entry.Name, OpenFlags.ReadOnly | OpenFlags.NoFollow);
                OpenFile.Sync(file);
            }
        }

        OpenFile.Sync(folder);
    }
}
