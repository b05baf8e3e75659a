using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Solving;

/// <summary>Removes trees by descriptors: names are bytes, and nothing is followed out of the tree.</summary>
internal static class TreeRemoval
{
    /// <summary>Removes a name of a directory and all below it. Nothing there is fine.</summary>
    public static void Remove(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        if (!FileAt.TryStatus(parent, name, out var status, out _))
        {
            return;
        }

        if (!status.IsDirectory)
        {
            FileAt.Unlink(parent, name);
            return;
        }

        using (var directory = FileAt.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow))
        {
            foreach (var entry in DirectoryEntries.Read(directory))
            {
                Remove(directory, entry);
            }
        }

        FileAt.RemoveDirectory(parent, name);
    }
}
