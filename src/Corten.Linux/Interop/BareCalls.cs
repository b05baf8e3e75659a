using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>
/// Native calls that .NET knows nothing of: no transition, no stored errno. They can be made before its runtime is there, and only for that are they here;
/// everywhere else a thread that waits in one would hold up the collector.
/// </summary>
internal static unsafe partial class BareCalls
{
    public const int ST_RDONLY = 1, SIG_IGN = 1;

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int statfs(byte* path, long* result);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial nint read(int fd, byte* buffer, nint count);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial nint write(int fd, byte* buffer, nint count);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int close(int fd);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial nint signal(int number, nint handler);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int fork();

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial void _exit(int code);

    /// <summary>execveat(2) with an empty path, under a name that older C libraries have too.</summary>
    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int fexecve(int fd, byte** arguments, byte** environment);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial void* malloc(nint size);

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int* __errno_location();

    /// <summary>open_tree(2), number 428.</summary>
    [LibraryImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    public static partial nint open_tree(nint number, int folder, byte* path, uint flags);

    /// <summary>mount_setattr(2), number 442.</summary>
    [LibraryImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    public static partial nint mount_setattr(nint number, int folder, byte* path, uint flags, Mounts.MountAttributes* change, nint size);
}
