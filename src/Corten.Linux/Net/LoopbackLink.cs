using Corten.Linux.Interop;

namespace Corten.Linux.Net;

/// <summary>The lo of a network namespace. It is there from the beginning, and down.</summary>
public static unsafe class LoopbackLink
{
    private const int AF_INET = 2;
    private const nuint SIOCSIFFLAGS = 0x8914;
    private const short IFF_UP = 1;
    private const int RequestSize = 40, NameSize = 16;

    /// <summary>Takes it up in the calling thread's namespace: by ioctl (netdevice(7)), as a netlink socket with its buffers costs more than all else that a start does for the network.</summary>
    public static void BringUp()
    {
        int fd = Interop.Sockets.socket(AF_INET, Interop.Sockets.SOCK_DGRAM | Interop.Sockets.SOCK_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("socket", "AF_INET");
        using var socket = Descriptors.Own(fd);
        // struct ifreq: the name, then the flags.
        byte* request = stackalloc byte[RequestSize];
        new Span<byte>(request, RequestSize).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, NameSize));
        *(short*)(request + NameSize) = IFF_UP;
        if (Interop.Terminals.ioctl(fd, SIOCSIFFLAGS, request) < 0) LinuxException.ThrowLast("ioctl", "SIOCSIFFLAGS lo");
    }
}
