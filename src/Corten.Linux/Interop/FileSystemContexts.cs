using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Interop;

/// <summary>fsopen(2), fsconfig(2), fsmount(2), move_mount(2), open_tree(2): mounts by descriptor. The numbers are the same everywhere.</summary>
internal static unsafe partial class FileSystemContexts
{
    public const nint NR_open_tree = 428;
    public const nint NR_move_mount = 429;
    public const nint NR_fsopen = 430;
    public const nint NR_fsconfig = 431;
    public const nint NR_fsmount = 432;

    public const int FSOPEN_CLOEXEC = 1;
    public const int FSMOUNT_CLOEXEC = 1;
    public const int FSCONFIG_SET_FLAG = 0;
    public const int FSCONFIG_SET_STRING = 1;
    public const int FSCONFIG_SET_FD = 5;
    public const int FSCONFIG_CMD_CREATE = 6;
    public const int MOVE_MOUNT_F_EMPTY_PATH = 4;
    public const int OPEN_TREE_CLONE = 1;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint fsopen(nint number, byte* type, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint fsconfig(nint number, nint context, nint command, byte* key, byte* value, nint auxiliary);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint fsmount(nint number, nint context, nint flags, nint attributes);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint move_mount(nint number, nint from, byte* fromPath, nint to, byte* toPath, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint open_tree(nint number, nint directory, byte* path, nint flags);
}
