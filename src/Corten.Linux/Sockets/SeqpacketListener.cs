using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>A listening SOCK_SEQPACKET unix socket. Its file, mode 0600, stays until somebody unlinks it.</summary>
public sealed class SeqpacketListener : IDisposable
{
    private SeqpacketListener(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Listens on <paramref name="path"/>, which must not exist; it may be longer than sockaddr_un allows.</summary>
    public static unsafe SeqpacketListener Bind(string path, int backlog = 16)
    {
        SafeFileHandle handle = UnixPath.Open(path, Native.SOCK_SEQPACKET, static (fd, address, length) => Native.bind(fd, address, length), "bind");
        if (Native.listen((int)handle.DangerousGetHandle(), backlog) < 0)
        {
            LinuxException failure = LinuxException.Last("listen", path);
            handle.Dispose();
            throw failure;
        }
        return new(handle);
    }

    /// <summary>The next client, or null when <paramref name="wait"/> is false and there is none.</summary>
    public unsafe SeqpacketSocket? Accept(bool wait = true)
    {
        int fd = (int)Handle.DangerousGetHandle();
        if (!wait)
        {
            Descriptors.PollDescriptor ready = new() { Descriptor = fd, Events = Descriptors.POLLIN };
            if (Descriptors.poll(&ready, 1, 0) <= 0) return null;
        }
        int client;
        while ((client = Native.accept4(fd, null, null, Native.SOCK_CLOEXEC)) < 0)
        {
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            if (errno is Errno.EAGAIN or Errno.ECONNABORTED && !wait) return null;
            if (errno is not (Errno.EINTR or Errno.ECONNABORTED)) throw new LinuxException(errno, "accept4");
        }
        SeqpacketSocket.AllowLongMessages(client);
        return new(Descriptors.Own(client));
    }

    public void Dispose() => Handle.Dispose();
}
