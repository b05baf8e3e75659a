using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>socketpair(2) of SOCK_STREAM: bytes both ways, each direction ended by itself with shutdown(2).</summary>
public static unsafe class StreamPair
{
    /// <returns>Two connected ends, both close-on-exec and the caller's.</returns>
    public static (SafeFileHandle, SafeFileHandle) Create()
    {
        int* pair = stackalloc int[2];
        if (Native.socketpair(Native.AF_UNIX, Native.SOCK_STREAM | Native.SOCK_CLOEXEC, 0, pair) < 0) LinuxException.ThrowLast("socketpair");
        return (Descriptors.Own(pair[0]), Descriptors.Own(pair[1]));
    }
}
