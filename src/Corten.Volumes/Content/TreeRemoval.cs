using System.Text;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Volumes.Content;

/// <summary>Removes a folder with all that is in it, by descriptors: names need not be text, and a link is removed, never followed.</summary>
internal static class TreeRemoval
{
    /// <summary>A folder that is gone already is fine.</summary>
    public static void Remove(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        using var parent = Linux.PathDescriptor.OpenDirectory(Path.GetDirectoryName(path)!);
        Remove(parent, Encoding.UTF8.GetBytes(Path.GetFileName(path)));
    }

    private static void Remove(SafeFileHandle parent, byte[] name)
    {
        using (var folder = FileAt.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow))
        {
            foreach (var (entry, _) in DirectoryEntries.Read(folder))
            {
                if (FileAt.TryStatus(folder, entry, out var status, out _) && status.IsDirectory)
                {
                    Remove(folder, entry);
                }
                else
                {
                    FileAt.Unlink(folder, entry);
                }
            }
        }

        FileAt.RemoveDirectory(parent, name);
    }
}
