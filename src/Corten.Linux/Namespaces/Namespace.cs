using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Namespaces;

namespace Corten.Linux.Namespaces;

/// <summary>Opening, joining and making namespaces. All but <see cref="Open"/> act on the calling thread only.</summary>
public static unsafe class Namespace
{
    /// <summary>Opens a namespace by its file and checks that it is of <paramref name="kind"/> (ioctl_nsfs(2)).</summary>
    /// <exception cref="LinuxException">EINVAL when it is another kind, or no namespace at all.</exception>
    public static SafeFileHandle Open(string path, NamespaceKind kind)
    {
        int fd = At.open(path, At.O_RDONLY | At.O_CLOEXEC | At.O_NONBLOCK, 0);
        if (fd < 0) LinuxException.ThrowLast("open", path);
        SafeFileHandle handle = Descriptors.Own(fd);
        int type = Native.ioctl(fd, Native.NS_GET_NSTYPE, 0);
        if (type == (int)kind) return handle;
        handle.Dispose();
        throw new LinuxException(Errno.EINVAL, $"namespace path is not of type {kind.SpecName()}", path);
    }

    /// <summary>setns(2). <paramref name="target"/> may be a namespace, or a pidfd with several kinds at once.</summary>
    public static void Join(SafeFileHandle target, NamespaceKind kinds)
    {
        if (Native.setns(target.Number(), (int)kinds) < 0) LinuxException.ThrowLast("setns", kinds.ToString().ToLowerInvariant());
    }

    /// <summary>unshare(2).</summary>
    public static void Unshare(NamespaceKind kinds)
    {
        if (Native.unshare((int)kinds) < 0) LinuxException.ThrowLast("unshare", kinds.ToString().ToLowerInvariant());
    }

    public static void SetHostname(string name)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
        fixed (byte* start = bytes)
        {
            if (Native.sethostname(start, bytes.Length) < 0) LinuxException.ThrowLast("sethostname", name);
        }
    }

    public static void SetDomainname(string name)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
        fixed (byte* start = bytes)
        {
            if (Native.setdomainname(start, bytes.Length) < 0) LinuxException.ThrowLast("setdomainname", name);
        }
    }
}
