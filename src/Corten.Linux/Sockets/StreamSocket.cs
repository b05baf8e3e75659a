using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>A connected SOCK_STREAM unix socket, for handing a descriptor to a program that listens: a terminal's master, a pidfd, a seccomp listener.</summary>
public sealed class StreamSocket : IDisposable
{
    private StreamSocket(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    public static unsafe StreamSocket Connect(string path)
        => new(UnixPath.Open(path, Native.SOCK_STREAM, static (fd, address, length) => Native.connect(fd, address, length), "connect"));

    /// <summary>Sends <paramref name="data"/> with one descriptor, which stays the caller's.</summary>
    public void Send(ReadOnlySpan<byte> data, SafeHandle descriptor)
    {
        ReadOnlySpan<int> numbers = [descriptor.Number()];
        UnixMessages.Send(Handle.Number(), data, numbers);
    }

    public void Dispose() => Handle.Dispose();
}
