using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux;

/// <summary>What can be done with any descriptor. All calls loop on EINTR.</summary>
public static unsafe class Descriptor
{
    /// <summary>The number, for a call that takes one. The handle must outlive the call.</summary>
    public static int Number(this SafeHandle handle) => (int)handle.DangerousGetHandle();

    public static SafeFileHandle Own(int number) => new(number, ownsHandle: true);

    /// <returns>The read end and the write end, close-on-exec.</returns>
    public static (SafeFileHandle Read, SafeFileHandle Write) Pipe(bool nonBlocking = false)
    {
        int* ends = stackalloc int[2];
        if (Descriptors.pipe2(ends, Descriptors.O_CLOEXEC | (nonBlocking ? Descriptors.O_NONBLOCK : 0)) < 0) LinuxException.ThrowLast("pipe2");
        return (Own(ends[0]), Own(ends[1]));
    }

    /// <summary>A new close-on-exec descriptor for the same open file.</summary>
    public static SafeFileHandle Duplicate(int number)
    {
        int copy = Descriptors.fcntl(number, Descriptors.F_DUPFD_CLOEXEC, 3);
        if (copy < 0) LinuxException.ThrowLast("fcntl", $"descriptor {number}");
        return Own(copy);
    }

    /// <summary>Makes <paramref name="to"/> the same open file, inherited through exec.</summary>
    public static void DuplicateTo(int from, int to)
    {
        if (from == to)
        {
            if (Descriptors.fcntl(from, Descriptors.F_SETFD, 0) < 0) LinuxException.ThrowLast("fcntl", $"descriptor {from}");
            return;
        }
        while (Descriptors.dup2(from, to) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.EBUSY)) LinuxException.ThrowLast("dup2", $"descriptor {from}");
        }
    }

    public static void SetCloseOnExec(int number, bool value)
    {
        if (Descriptors.fcntl(number, Descriptors.F_SETFD, value ? Descriptors.FD_CLOEXEC : 0) < 0) LinuxException.ThrowLast("fcntl", $"descriptor {number}");
    }

    public static void SetNonBlocking(int number, bool value)
    {
        int flags = Descriptors.fcntl(number, Descriptors.F_GETFL, 0);
        int wanted = value ? flags | Descriptors.O_NONBLOCK : flags & ~Descriptors.O_NONBLOCK;
        if (flags < 0 || (flags != wanted && Descriptors.fcntl(number, Descriptors.F_SETFL, wanted) < 0)) LinuxException.ThrowLast("fcntl", $"descriptor {number}");
    }

    /// <summary>Marks every descriptor from <paramref name="first"/> on close-on-exec, so that none reaches a program by mistake.</summary>
    public static void CloseOnExecFrom(int first) => Descriptors.CloseRange((uint)first, onExec: true);

    /// <summary>Closes a number that no handle owns.</summary>
    public static void Close(int number) => Descriptors.close(number);

    /// <returns>The bytes read; 0 at end of file; -1 when it would block.</returns>
    public static int Read(int number, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint length;
            while ((length = Descriptors.read(number, bytes, buffer.Length)) < 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return -1;
                if (errno != Errno.EINTR) throw new LinuxException(errno, "read");
            }
            return (int)length;
        }
    }

    /// <returns>The bytes written, perhaps fewer than given; -1 when it would block.</returns>
    public static int Write(int number, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            nint length;
            while ((length = Descriptors.write(number, bytes, data.Length)) < 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return -1;
                if (errno != Errno.EINTR) throw new LinuxException(errno, "write");
            }
            return (int)length;
        }
    }

    /// <summary>Writes all of it; the descriptor must be blocking.</summary>
    public static void WriteAll(int number, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int written = Write(number, data);
            if (written < 0) throw new LinuxException(Errno.EAGAIN, "write");
            data = data[written..];
        }
    }

    /// <summary>Reads to the end of file, at most <paramref name="limit"/> bytes.</summary>
    [SkipLocalsInit]
    public static byte[] ReadAll(int number, int limit)
    {
        // Most of what is read so is a file of /proc or /sys, which fits here.
        Span<byte> first = stackalloc byte[16 << 10];
        int length = 0;
        for (int read; length < first.Length; length += read)
        {
            if ((read = Read(number, first[length..])) > 0) continue;
            return length <= limit ? first[..length].ToArray() : throw new LinuxException(Errno.EFBIG, "read");
        }
        byte[] buffer = first.ToArray();
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= limit) throw new LinuxException(Errno.EFBIG, "read");
                Array.Resize(ref buffer, (int)Math.Min(limit, buffer.Length * 2L));
            }
            int read = Read(number, buffer.AsSpan(length));
            if (read <= 0) break;
            length += read;
        }
        Array.Resize(ref buffer, length);
        return buffer;
    }

    public static string ReadText(int number, int limit) => Encoding.UTF8.GetString(ReadAll(number, limit));
}
