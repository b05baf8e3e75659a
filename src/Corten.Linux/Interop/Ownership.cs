using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>chown(2) by path, for files of our own in folders that only root can write.</summary>
public static partial class Ownership
{
    private const uint Unchanged = uint.MaxValue;

    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void SetGroup(string path, uint groupId)
    {
        if (chown(path, Unchanged, groupId) != 0)
        {
            LinuxException.ThrowLast("chown", path);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);
}
