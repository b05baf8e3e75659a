using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>inotify(7).</summary>
internal static partial class Inotify
{
    public const int IN_NONBLOCK = 0x800, IN_CLOEXEC = 0x80000;
    public const uint IN_MODIFY = 2, IN_ATTRIB = 4, IN_DELETE_SELF = 0x400, IN_MOVE_SELF = 0x800;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int inotify_add_watch(int fd, string path, uint mask);
}
