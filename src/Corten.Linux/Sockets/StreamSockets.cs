using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>SOCK_STREAM unix connections that have no name.</summary>
public static class StreamSockets
{
    /// <summary>Two connected ends, both close-on-exec.</summary>
    public static unsafe (SafeFileHandle, SafeFileHandle) CreatePair()
    {
        int* pair = stackalloc int[2];
        if (Native.socketpair(Native.AF_UNIX, Native.SOCK_STREAM | Native.SOCK_CLOEXEC, 0, pair) < 0) LinuxException.ThrowLast("socketpair");
        return (Descriptors.Own(pair[0]), Descriptors.Own(pair[1]));
    }
}
