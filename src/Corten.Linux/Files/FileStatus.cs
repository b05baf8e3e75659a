using Corten.Linux.Interop;

namespace Corten.Linux.Files;

/// <summary>What statx(2) says of a file.</summary>
public readonly record struct FileStatus
{
    internal FileStatus(in Interop.Files.StatxBuffer buffer)
    {
        Mode = buffer.Mode;
        Uid = buffer.Uid;
        Gid = buffer.Gid;
        Links = buffer.LinkCount;
        Inode = buffer.Inode;
        Size = (long)buffer.Size;
        Blocks = (long)buffer.Blocks;
        Modified = new FileTime(buffer.ModifyTime.Seconds, buffer.ModifyTime.Nanoseconds);
        Accessed = new FileTime(buffer.AccessTime.Seconds, buffer.AccessTime.Nanoseconds);
        Changed = new FileTime(buffer.ChangeTime.Seconds, buffer.ChangeTime.Nanoseconds);
        RdevMajor = buffer.RdevMajor;
        RdevMinor = buffer.RdevMinor;
        Device = ((ulong)buffer.DevMajor << 32) | buffer.DevMinor;
        MountId = buffer.MountId;
    }

    /// <summary>Type and permission bits.</summary>
    public uint Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    public uint Links { get; init; }

    public ulong Inode { get; init; }

    /// <summary>Length in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Allocated units of 512 bytes, whatever the file system's block size.</summary>
    public long Blocks { get; init; }

    public FileTime Modified { get; init; }

    public FileTime Accessed { get; init; }

    public FileTime Changed { get; init; }

    public uint RdevMajor { get; init; }

    public uint RdevMinor { get; init; }

    /// <summary>The file system that holds the file: major number in the high, minor in the low 32 bits.</summary>
    public ulong Device { get; init; }

    /// <summary>The mount that the file was reached through; 0 from kernels before 5.8.</summary>
    public ulong MountId { get; init; }

    public uint Type => Mode & FileType.Mask;

    public uint Permissions => Mode & 0xFFF;

    public bool IsDirectory => Type == FileType.Directory;

    public bool IsRegular => Type == FileType.Regular;

    public bool IsSymbolicLink => Type == FileType.SymbolicLink;

    public bool IsDevice => Type is FileType.CharacterDevice or FileType.BlockDevice;

    /// <summary>The mark by which an overlay's upper directory says that a name is gone: a character device 0:0.</summary>
    public bool IsWhiteout => Type == FileType.CharacterDevice && RdevMajor == 0 && RdevMinor == 0;
}
