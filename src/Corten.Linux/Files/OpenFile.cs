using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Files;

namespace Corten.Linux.Files;

/// <summary>Calls on a file that is already open.</summary>
public static unsafe class OpenFile
{
    /// <summary>Writes all of it at the descriptor's position.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            var done = 0;
            while (done < data.Length)
            {
                var count = Native.write(file, start + done, (nuint)(data.Length - done));
                if (count >= 0)
                {
                    done += (int)count;
                }
                else if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    LinuxException.ThrowLast("write");
                }
            }
        }
    }

    /// <summary>Reads at the descriptor's position; 0 at the end.</summary>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Native.read(file, start, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    LinuxException.ThrowLast("read");
                }
            }
        }
    }

    /// <summary>lseek(2), SEEK_SET.</summary>
    public static void Seek(SafeFileHandle file, long offset)
    {
        if (Native.lseek(file, offset, 0) < 0)
        {
            LinuxException.ThrowLast("lseek");
        }
    }

    /// <summary>Where the next data at or after <paramref name="offset"/> begins (SEEK_DATA); -1 when only a hole is left.</summary>
    public static long NextData(SafeFileHandle file, long offset) => SeekFor(file, offset, whence: 3);

    /// <summary>Where the next hole at or after <paramref name="offset"/> begins (SEEK_HOLE); the end of the file counts as one.</summary>
    public static long NextHole(SafeFileHandle file, long offset) => SeekFor(file, offset, whence: 4);

    /// <summary>ftruncate(2): what is added is a hole.</summary>
    public static void SetLength(SafeFileHandle file, long length)
    {
        while (Native.ftruncate(file, length) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                LinuxException.ThrowLast("ftruncate");
            }
        }
    }

    /// <summary>copy_file_range(2): up to <paramref name="length"/> bytes inside the kernel, shared where the file system can; -1 and an errno
    /// when this pair of files can't.</summary>
    public static long CopyRange(SafeFileHandle from, SafeFileHandle to, long length, out Errno errno)
    {
        while (true)
        {
            var count = Native.copy_file_range(from, null, to, null, (nuint)length, 0);
            errno = count < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            if (errno != Errno.EINTR)
            {
                return count;
            }
        }
    }

    public static void ChangeOwner(SafeFileHandle file, uint uid, uint gid)
    {
        if (Native.fchown(file, uid, gid) < 0)
        {
            LinuxException.ThrowLast("fchown");
        }
    }

    public static void ChangeMode(SafeFileHandle file, uint mode)
    {
        if (Native.fchmod(file, mode) < 0)
        {
            LinuxException.ThrowLast("fchmod");
        }
    }

    public static void SetTimes(SafeFileHandle file, FileTime accessed, FileTime modified)
    {
        var times = stackalloc long[4] { accessed.Seconds, accessed.Nanoseconds, modified.Seconds, modified.Nanoseconds };
        if (Native.futimens(file, times) < 0)
        {
            LinuxException.ThrowLast("futimens");
        }
    }

    /// <summary>fsync(2): the file's data and metadata; of a directory, its names.</summary>
    public static void Sync(SafeFileHandle file) => Synced(Native.fsync(file), "fsync");

    public static void SyncData(SafeFileHandle file) => Synced(Native.fdatasync(file), "fdatasync");

    /// <summary>syncfs(2): everything written to the file system that holds this file. An error of write-back is reported once a descriptor.</summary>
    public static void SyncFileSystem(SafeFileHandle file) => Synced(Native.syncfs(file), "syncfs");

    private static void Synced(int result, string call)
    {
        if (result < 0)
        {
            LinuxException.ThrowLast(call);
        }
    }

    private static long SeekFor(SafeFileHandle file, long offset, int whence)
    {
        var found = Native.lseek(file, offset, whence);
        if (found >= 0)
        {
            return found;
        }

        return (Errno)Marshal.GetLastPInvokeError() == Errno.ENXIO ? -1 : throw LinuxException.Last("lseek");
    }
}
