using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>sendmsg(2) and recvmsg(2) with descriptors, over raw descriptor numbers: what both the socket types and the forked children use.</summary>
public static unsafe class UnixMessages
{
    /// <summary>SCM_MAX_FD: the kernel passes no more in one message.</summary>
    public const int MaxDescriptors = 253;

    /// <summary>Sends all of <paramref name="data"/> (at least one byte) with <paramref name="descriptors"/>, which stay the caller's.</summary>
    /// <returns>False when the socket would block.</returns>
    /// <exception cref="LinuxException">EPIPE or ECONNRESET when the other end is gone.</exception>
    public static bool Send(int socket, ReadOnlySpan<byte> data, ReadOnlySpan<int> descriptors, bool wait = true)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MaxDescriptors);
        int payload = descriptors.Length * sizeof(int);
        int space = sizeof(Native.ControlHeader) + ((payload + 7) & ~7);
        byte* control = stackalloc byte[space];
        fixed (byte* bytes = data)
        {
            Native.IoVector vector = new() { Base = bytes, Length = data.Length };
            Native.MessageHeader message = new() { Vectors = &vector, VectorCount = 1 };
            if (descriptors.Length > 0)
            {
                *(Native.ControlHeader*)control = new() { Length = sizeof(Native.ControlHeader) + payload, Level = Native.SOL_SOCKET, Type = Native.SCM_RIGHTS };
                descriptors.CopyTo(new Span<int>(control + sizeof(Native.ControlHeader), descriptors.Length));
                message.Control = control;
                message.ControlLength = space;
            }
            while (Native.sendmsg(socket, &message, Native.MSG_NOSIGNAL | (wait ? 0 : Native.MSG_DONTWAIT)) < 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return false;
                if (errno != Errno.EINTR) throw new LinuxException(errno, "sendmsg");
            }
            return true;
        }
    }

    /// <summary>Receives one message; its descriptors, close-on-exec, are added to <paramref name="descriptors"/> and are the caller's.</summary>
    /// <returns>The length; 0 at end of file; -1 when the socket would block.</returns>
    /// <exception cref="LinuxException">EMSGSIZE when data or descriptors were cut; none of the descriptors is left open then.</exception>
    public static int Receive(int socket, Span<byte> buffer, IList<SafeFileHandle>? descriptors, bool wait = true)
    {
        const int space = 16 + MaxDescriptors * sizeof(int) + 4;
        byte* control = stackalloc byte[space];
        fixed (byte* bytes = buffer)
        {
            Native.IoVector vector = new() { Base = bytes, Length = buffer.Length };
            Native.MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = space };
            nint length;
            for (bool reset = false; (length = Native.recvmsg(socket, &message, Native.MSG_CMSG_CLOEXEC | (wait ? 0 : Native.MSG_DONTWAIT))) < 0;)
            {
                if (Outcome("recvmsg", ref reset) is { } outcome) return outcome;
            }
            bool cut = (message.Flags & (Native.MSG_TRUNC | Native.MSG_CTRUNC)) != 0;
            TakeDescriptors(control, message.ControlLength, cut ? null : descriptors);
            if (cut) throw new LinuxException(Errno.EMSGSIZE, "recvmsg");
            return (int)length;
        }
    }

    /// <summary>How long the next message is, without taking it; 0 at end of file; -1 when the socket would block.</summary>
    public static int NextLength(int socket, bool wait = true)
    {
        byte probe;
        nint length;
        for (bool reset = false; (length = Native.recv(socket, &probe, 1, Native.MSG_PEEK | Native.MSG_TRUNC | (wait ? 0 : Native.MSG_DONTWAIT))) < 0;)
        {
            if (Outcome("recv", ref reset) is { } outcome) return outcome;
        }
        return (int)length;
    }

    /// <summary>
    /// What a receive that failed comes to; null: try again. A peer that closed with a message of ours unread leaves ECONNRESET, which a packet socket reports
    /// once and before what the peer had sent (net/core/datagram.c); only the next attempt reads that, its last words among it, or the end of file.
    /// </summary>
    private static int? Outcome(string call, ref bool reset)
    {
        switch ((Errno)Marshal.GetLastPInvokeError())
        {
            case Errno.EAGAIN:
                return -1;
            case Errno.EINTR:
                return null;
            case Errno.ECONNRESET when !reset:
                reset = true;
                return null;
            case var errno:
                throw new LinuxException(errno, call);
        }
    }

    private static void TakeDescriptors(byte* control, nint length, IList<SafeFileHandle>? into)
    {
        nint at = 0;
        while (length - at >= sizeof(Native.ControlHeader))
        {
            var header = (Native.ControlHeader*)(control + at);
            if (header->Length < sizeof(Native.ControlHeader)) return;
            if (header->Level == Native.SOL_SOCKET && header->Type == Native.SCM_RIGHTS)
            {
                int count = (int)(header->Length - sizeof(Native.ControlHeader)) / sizeof(int);
                foreach (int fd in new ReadOnlySpan<int>(control + at + sizeof(Native.ControlHeader), count))
                {
                    if (into is null) Descriptors.close(fd);
                    else into.Add(Descriptors.Own(fd));
                }
            }
            at += (header->Length + 7) & ~7;
        }
    }
}
