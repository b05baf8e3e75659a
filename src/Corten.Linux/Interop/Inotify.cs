using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>inotify(7).</summary>
internal static partial class Inotify
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int inotify_add_watch(int fd, string path, uint mask);
}
