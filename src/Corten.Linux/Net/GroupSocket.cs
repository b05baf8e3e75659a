using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Net;

/// <summary>A netlink socket that only listens, to one multicast group of the network namespace of the thread that makes it.</summary>
internal sealed unsafe class GroupSocket : IDisposable
{
    private readonly byte[] _received = new byte[32768];

    public GroupSocket(int protocol, int group)
    {
        var fd = Interop.Sockets.socket(AF_NETLINK, SOCK_RAW | Interop.Sockets.SOCK_CLOEXEC, protocol);
        if (fd < 0)
        {
            LinuxException.ThrowLast("socket", "AF_NETLINK");
        }
        Handle = Descriptors.Own(fd);
        // Without an address of its own it would hear nothing: the kernel leaves out the sender of a notice by address, and its own notices come from 0.
        var own = new Address { Family = AF_NETLINK };
        if (bind(fd, &own, (uint)sizeof(Address)) < 0 || Interop.Sockets.setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(int)) < 0)
        {
            var failure = LinuxException.Last("bind", "netlink group");
            Handle.Dispose();
            throw failure;
        }
    }

    public delegate void MessageReader(ushort type, ReadOnlySpan<byte> payload);

    public SafeFileHandle Handle { get; }

    /// <summary>Waits for one datagram and reads its messages.</summary>
    /// <returns>False when the kernel had more to tell than the socket could hold, so that some is lost.</returns>
    public bool Receive(MessageReader read)
    {
        nint count;
        fixed (byte* start = _received)
        {
            while ((count = Interop.Sockets.recv(Handle.Number(), start, _received.Length, 0)) < 0)
            {
                switch ((Errno)Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.ENOBUFS:
                        return false;
                    default:
                        LinuxException.ThrowLast("recv", "netlink");
                        break;
                }
            }
        }
        var rest = _received.AsSpan(0, (int)count);
        while (rest.Length >= HeaderSize)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < HeaderSize || length > rest.Length)
            {
                break;
            }
            read(BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]), rest[HeaderSize..length]);
            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }
        return true;
    }

    public void Dispose() => Handle.Dispose();
}
