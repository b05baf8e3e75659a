using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>inode(7): the S_IFMT part of a mode.</summary>
public enum FileKind : uint
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}

/// <summary>statx(2) of an open file: what the descriptor really is, whatever its name said.</summary>
public readonly record struct FileFacts(FileKind Kind, uint Permissions, uint Uid, uint Gid, ulong Inode, ulong Size, uint DeviceMajor, uint DeviceMinor)
{
    public const ulong ProcMagic = 0x9FA0, SysfsMagic = 0x62656572, CgroupMagic = 0x27E0EB, Cgroup2Magic = 0x63677270, TmpfsMagic = 0x01021994;

    public static unsafe FileFacts Of(SafeFileHandle file) => Of(file.Number(), "");

    /// <summary>The facts of <paramref name="name"/> in an open folder, not following a link.</summary>
    public static unsafe FileFacts Of(int folder, string name)
    {
        At.Statx facts;
        if (At.statx(folder, name, At.AT_EMPTY_PATH | At.AT_SYMLINK_NOFOLLOW, 0x7FF, &facts) < 0) LinuxException.ThrowLast("statx", name);
        return new((FileKind)facts.Kind, facts.Mode & 0xFFFu, facts.Uid, facts.Gid, facts.Inode, facts.Size, facts.DeviceMajor, facts.DeviceMinor);
    }

    /// <summary>What a path leads to, links followed; null if nothing.</summary>
    public static unsafe FileKind? KindOf(string path)
    {
        At.Statx facts;
        return At.statx(At.AT_FDCWD, path, 0, 0x7FF, &facts) < 0 ? null : (FileKind)facts.Kind;
    }

    /// <summary>statfs(2), f_type.</summary>
    public static unsafe ulong FileSystem(SafeFileHandle file)
    {
        long* result = stackalloc long[16];
        if (At.fstatfs(file.Number(), result) < 0) LinuxException.ThrowLast("fstatfs");
        return (ulong)result[0] & 0xFFFFFFFF;
    }

    /// <summary>statfs(2), f_flags: ST_RDONLY of the mount through which the file was opened.</summary>
    public static unsafe bool IsReadOnlyMount(SafeFileHandle file)
    {
        const int flags = 10;
        long* result = stackalloc long[16];
        if (At.fstatfs(file.Number(), result) < 0) LinuxException.ThrowLast("fstatfs");
        return (result[flags] & 1) != 0;
    }
}
