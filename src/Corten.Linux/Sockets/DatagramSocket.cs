using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>
/// A connected socket for one-way messages to a log service, in a process that has no pool and hence no System.Net sockets. Sent to by <see cref="StreamCalls"/>.
/// </summary>
public sealed class DatagramSocket : IDisposable
{
    private const int AF_INET = 2, AF_INET6 = 10;

    private DatagramSocket(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    public static unsafe DatagramSocket Connect(string path)
        => new(UnixPath.Open(path, Native.SOCK_DGRAM, static (fd, address, length) => Native.connect(fd, address, length), "connect"));

    public static unsafe DatagramSocket ConnectStream(string path)
        => new(UnixPath.Open(path, Native.SOCK_STREAM, static (fd, address, length) => Native.connect(fd, address, length), "connect"));

    public static unsafe DatagramSocket Connect(IPEndPoint endpoint, bool stream)
    {
        bool six = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
        int fd = Native.socket(six ? AF_INET6 : AF_INET, (stream ? Native.SOCK_STREAM : Native.SOCK_DGRAM) | Native.SOCK_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("socket");
        SafeFileHandle handle = Descriptors.Own(fd);
        // struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow, address, scope.
        Span<byte> address = stackalloc byte[28];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, (ushort)(six ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)endpoint.Port);
        endpoint.Address.TryWriteBytes(address[(six ? 8 : 4)..], out _);
        fixed (byte* start = address)
        {
            if (Native.connect(fd, (Native.UnixAddress*)start, six ? 28u : 16u) >= 0) return new(handle);
        }
        LinuxException failure = LinuxException.Last("connect", endpoint.ToString());
        handle.Dispose();
        throw failure;
    }

    public void Dispose() => Handle.Dispose();
}
