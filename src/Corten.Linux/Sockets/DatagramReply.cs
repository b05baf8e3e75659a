using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>
/// A datagram with a source address of one's choice (IP_PKTINFO in ip(7), IPV6_PKTINFO in ipv6(7)), which System.Net can't send: who asked one of the
/// machine's addresses expects the answer from that one, and a socket bound to all of them would answer from whichever the route prefers.
/// </summary>
public static unsafe class DatagramReply
{
    private const int AF_INET = 2, AF_INET6 = 10, SOL_IP = 0, SOL_IPV6 = 41, IP_PKTINFO = 8, IPV6_PKTINFO = 50;

    /// <summary>Sends without waiting. Who does not get the datagram (full queue, no route) misses it as it would on the way.</summary>
    /// <param name="socket">Bound to the port that was asked.</param>
    /// <param name="data">The datagram.</param>
    /// <param name="to">Who asked.</param>
    /// <param name="from">Which address was asked.</param>
    /// <param name="link">The link that the question came over: a link-local address means something there only.</param>
    /// <returns>Whether the kernel took it.</returns>
    public static bool TrySend(SafeHandle socket, ReadOnlySpan<byte> data, IPEndPoint to, IPAddress from, int link)
    {
        var six = to.AddressFamily == AddressFamily.InterNetworkV6;
        // struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow, address, scope.
        Span<byte> name = stackalloc byte[28];
        name.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(name, (ushort)(six ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], (ushort)to.Port);
        to.Address.TryWriteBytes(name[(six ? 8 : 4)..], out _);
        if (six) BinaryPrimitives.WriteUInt32LittleEndian(name[24..], (uint)to.Address.ScopeId);
        // struct in_pktinfo: link, source, (unused); struct in6_pktinfo: source, link.
        var payload = six ? 20 : 12;
        Span<byte> control = stackalloc byte[sizeof(Native.ControlHeader) + 24];
        control.Clear();
        var information = control[sizeof(Native.ControlHeader)..];
        from.TryWriteBytes(information[(six ? 0 : 4)..], out _);
        if (six && from.IsIPv6LinkLocal) BinaryPrimitives.WriteInt32LittleEndian(information[16..], link);
        fixed (byte* nameStart = name, controlStart = control, bytes = data)
        {
            *(Native.ControlHeader*)controlStart = new() { Length = sizeof(Native.ControlHeader) + payload, Level = six ? SOL_IPV6 : SOL_IP, Type = six ? IPV6_PKTINFO : IP_PKTINFO };
            Native.IoVector vector = new() { Base = bytes, Length = data.Length };
            Native.MessageHeader message = new()
            {
                Name = nameStart, NameLength = six ? 28u : 16u, Vectors = &vector, VectorCount = 1,
                Control = controlStart, ControlLength = sizeof(Native.ControlHeader) + ((payload + 7) & ~7),
            };
            bool held = false;
            try
            {
                socket.DangerousAddRef(ref held);
                return Native.sendmsg((int)socket.DangerousGetHandle(), &message, Native.MSG_NOSIGNAL | Native.MSG_DONTWAIT) >= 0;
            }
            finally
            {
                if (held) socket.DangerousRelease();
            }
        }
    }
}
