using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Files;

namespace Corten.Linux.Files;

/// <summary>A name in a directory. Some file systems do not tell the type there (<see cref="IsUnknown"/>): ask with statx.</summary>
public readonly record struct DirectoryEntry(byte[] Name, byte Type)
{
    /// <summary>DT_DIR.</summary>
    public bool IsDirectory => Type == 4;

    /// <summary>DT_UNKNOWN.</summary>
    public bool IsUnknown => Type == 0;
}

/// <summary>The names in an open directory (getdents64(2)).</summary>
public static unsafe class DirectoryEntries
{
    /// <summary>All names but <c>.</c> and <c>..</c>, from the descriptor's position, in the file system's order.</summary>
    public static List<DirectoryEntry> Read(SafeFileHandle directory)
    {
        const int capacity = 32 * 1024;
        var names = new List<DirectoryEntry>();
        var buffer = (byte*)NativeMemory.Alloc(capacity);
        try
        {
            while (true)
            {
                var length = Native.getdents64(directory, buffer, capacity);
                // A folder that was removed after it was opened has no entries any more; the kernel calls that ENOENT.
                if (length < 0 && (Errno)Marshal.GetLastPInvokeError() is not Errno.ENOENT)
                {
                    LinuxException.ThrowLast("getdents64");
                }

                if (length <= 0)
                {
                    return names;
                }

                // struct linux_dirent64: u64 inode, s64 offset, u16 record length, u8 type, then the name and a NUL.
                for (var record = buffer; record < buffer + length; record += *(ushort*)(record + 16))
                {
                    var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record + 19);
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    {
                        names.Add(new DirectoryEntry(name.ToArray(), *(record + 18)));
                    }
                }
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    /// <summary>As <see cref="Read"/>, in the order of their bytes.</summary>
    public static List<DirectoryEntry> ReadSorted(SafeFileHandle directory)
    {
        var names = Read(directory);
        names.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return names;
    }
}
