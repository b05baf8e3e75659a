using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>
/// A connected SOCK_STREAM unix socket whose calls block: for a program that does one thing at a time, and for handing a descriptor to one that listens (a terminal's
/// master, a pidfd, a seccomp listener). One thread may read while another writes; <see cref="Abort"/> and <see cref="Dispose"/> may come from a third.
/// </summary>
public sealed class StreamSocket : IDisposable
{
    private StreamSocket(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <exception cref="LinuxException">ENOENT, ECONNREFUSED, EACCES.</exception>
    public static unsafe StreamSocket Connect(string path)
        => new(UnixPath.Open(path, Native.SOCK_STREAM, static (fd, address, length) => Native.connect(fd, address, length), "connect"));

    /// <summary>Sends <paramref name="data"/> with one descriptor, which stays the caller's.</summary>
    public void Send(ReadOnlySpan<byte> data, SafeHandle descriptor)
    {
        ReadOnlySpan<int> numbers = [descriptor.Number()];
        UnixMessages.Send(Handle.Number(), data, numbers);
    }

    /// <returns>The bytes received; 0 when the other end has ended its direction, or after <see cref="Abort"/>.</returns>
    /// <exception cref="LinuxException">ECONNRESET.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public unsafe int Receive(Span<byte> buffer)
    {
        using var use = new HandleUse(Handle);
        fixed (byte* bytes = buffer)
        {
            nint length;
            while ((length = Native.recv(use.Number, bytes, buffer.Length, 0)) < 0)
            {
                if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("recv");
            }
            return (int)length;
        }
    }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="LinuxException">EPIPE or ECONNRESET when the other end is gone.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public unsafe void Send(ReadOnlySpan<byte> data)
    {
        using var use = new HandleUse(Handle);
        while (data.Length > 0)
        {
            fixed (byte* bytes = data)
            {
                nint length = Native.send(use.Number, bytes, data.Length, Native.MSG_NOSIGNAL);
                if (length >= 0) data = data[(int)length..];
                else if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("send");
            }
        }
    }

    /// <summary>SHUT_WR: the other end reads the end of file, and can still write. Nothing happens if it is gone already.</summary>
    public void EndWriting() => Shutdown(Native.SHUT_WR);

    /// <summary>SHUT_RDWR: ends every call that waits.</summary>
    public void Abort() => Shutdown(Native.SHUT_RDWR);

    public void Dispose() => Handle.Dispose();

    private void Shutdown(int how)
    {
        if (Handle.IsClosed) return;
        using var use = new HandleUse(Handle);
        if (Native.shutdown(use.Number, how) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENOTCONN) LinuxException.ThrowLast("shutdown");
    }

    /// <summary>Keeps the number from being closed, and given to another file, during a call.</summary>
    private readonly ref struct HandleUse
    {
        private readonly SafeFileHandle _handle;

        public HandleUse(SafeFileHandle handle)
        {
            bool added = false;
            handle.DangerousAddRef(ref added);
            _handle = handle;
        }

        public int Number => _handle.Number();

        public void Dispose() => _handle.DangerousRelease();
    }
}
