using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>A listening SOCK_STREAM unix socket to which a program sends one descriptor: a console socket, a pidfd socket, a seccomp agent's.</summary>
public sealed class StreamListener : IDisposable
{
    private StreamListener(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Listens on <paramref name="path"/>, which must not exist.</summary>
    public static unsafe StreamListener Bind(string path)
    {
        SafeFileHandle handle = UnixPath.Open(path, Native.SOCK_STREAM, static (fd, address, length) => Native.bind(fd, address, length), "bind");
        if (Native.listen(handle.Number(), 4) >= 0) return new(handle);
        LinuxException failure = LinuxException.Last("listen", path);
        handle.Dispose();
        throw failure;
    }

    /// <summary>Waits for a client and takes the descriptor that comes with its first message.</summary>
    /// <exception cref="LinuxException">EPROTO when it sends none.</exception>
    public SafeFileHandle AcceptDescriptor() => Accept(out _);

    /// <param name="message">What came along.</param>
    public unsafe SafeFileHandle Accept(out byte[] message)
    {
        int client;
        while ((client = Native.accept4(Handle.Number(), null, null, Native.SOCK_CLOEXEC)) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.ECONNABORTED)) LinuxException.ThrowLast("accept4");
        }
        using SafeFileHandle connection = Descriptors.Own(client);
        List<SafeFileHandle> descriptors = [];
        byte[] buffer = new byte[16 << 10];
        int length = UnixMessages.Receive(client, buffer, descriptors);
        message = buffer[..length];
        if (descriptors.Count == 1) return descriptors[0];
        foreach (SafeFileHandle descriptor in descriptors) descriptor.Dispose();
        throw new LinuxException(Errno.EPROTO, "recvmsg");
    }

    public void Dispose() => Handle.Dispose();
}
