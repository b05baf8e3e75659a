using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>mount(2), umount2(2), pivot_root(2), mount_setattr(2) and the descriptor-based calls: open_tree, move_mount, fsopen, fsconfig, fsmount.</summary>
internal static unsafe partial class Mounts
{
    public const ulong MS_RDONLY = 1, MS_NOSUID = 2, MS_NODEV = 4, MS_NOEXEC = 8, MS_SYNCHRONOUS = 16, MS_REMOUNT = 32, MS_MANDLOCK = 64;
    public const ulong MS_DIRSYNC = 128, MS_NOSYMFOLLOW = 256, MS_NOATIME = 1024, MS_NODIRATIME = 2048, MS_BIND = 4096, MS_MOVE = 8192, MS_REC = 16384;
    public const ulong MS_SILENT = 32768, MS_UNBINDABLE = 1 << 17, MS_PRIVATE = 1 << 18, MS_SLAVE = 1 << 19, MS_SHARED = 1 << 20;
    public const ulong MS_RELATIME = 1 << 21, MS_I_VERSION = 1 << 23, MS_STRICTATIME = 1 << 24, MS_LAZYTIME = 1 << 25;
    public const int MNT_DETACH = 2;
    public const ulong MOUNT_ATTR_RDONLY = 1, MOUNT_ATTR_NOSUID = 2, MOUNT_ATTR_NODEV = 4, MOUNT_ATTR_NOEXEC = 8, MOUNT_ATTR__ATIME = 0x70;
    public const ulong MOUNT_ATTR_RELATIME = 0, MOUNT_ATTR_NOATIME = 0x10, MOUNT_ATTR_STRICTATIME = 0x20, MOUNT_ATTR_NODIRATIME = 0x80;
    public const ulong MOUNT_ATTR_IDMAP = 0x100000, MOUNT_ATTR_NOSYMFOLLOW = 0x200000;
    public const uint OPEN_TREE_CLONE = 1, OPEN_TREE_CLOEXEC = 0x80000, FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1;
    public const uint MOVE_MOUNT_F_EMPTY_PATH = 4, MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public const int FSCONFIG_SET_FLAG = 0, FSCONFIG_SET_STRING = 1, FSCONFIG_SET_FD = 5, FSCONFIG_CMD_CREATE = 6;

    /// <summary>struct mount_attr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MountAttributes
    {
        public ulong Set, Clear, Propagation, UserNamespace;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint pivot_root(nint number, string newRoot, string oldRoot);

    public static int PivotRoot(string newRoot, string oldRoot) => (int)pivot_root(ArchitectureNumbers.NR_pivot_root, newRoot, oldRoot);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint mount_setattr(nint number, int folder, string path, uint flags, MountAttributes* attributes, nint size);

    public static int MountSetattr(int folder, string path, uint flags, MountAttributes* attributes)
        => (int)mount_setattr(442, folder, path, flags, attributes, sizeof(MountAttributes));

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint open_tree(nint number, int folder, string path, uint flags);

    public static int OpenTree(int folder, string path, uint flags) => (int)open_tree(428, folder, path, flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint move_mount(nint number, int fromFolder, string from, int toFolder, string to, uint flags);

    public static int MoveMount(int fromFolder, string from, int toFolder, string to, uint flags)
        => (int)move_mount(429, fromFolder, from, toFolder, to, flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint fsopen(nint number, string type, uint flags);

    public static int Fsopen(string type) => (int)fsopen(430, type, FSOPEN_CLOEXEC);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint fsconfig(nint number, int context, int command, string? key, string? value, int aux);

    public static int Fsconfig(int context, int command, string? key, string? value, int aux = 0)
        => (int)fsconfig(431, context, command, key, value, aux);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint fsmount(nint number, int context, uint flags, uint attributes);

    public static int Fsmount(int context, uint attributes) => (int)fsmount(432, context, FSMOUNT_CLOEXEC, attributes);
}
