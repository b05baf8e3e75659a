using System.Runtime.InteropServices;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>send(2) without SIGPIPE.</summary>
public static unsafe class StreamCalls
{
    /// <returns>What was taken; -1 when nothing could be.</returns>
    /// <exception cref="LinuxException">EPIPE or ECONNRESET when the other end is gone.</exception>
    public static int Send(int socket, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            nint length;
            while ((length = Native.send(socket, bytes, data.Length, Native.MSG_NOSIGNAL | Native.MSG_DONTWAIT)) < 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return -1;
                if (errno != Errno.EINTR) throw new LinuxException(errno, "send");
            }
            return (int)length;
        }
    }

    /// <summary>shutdown(2), SHUT_WR: the other end reads the end of file, and can still write.</summary>
    public static void EndWriting(SafeHandle socket)
    {
        if (Native.shutdown(socket.Number(), Native.SHUT_WR) < 0) LinuxException.ThrowLast("shutdown");
    }
}
