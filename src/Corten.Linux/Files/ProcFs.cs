using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>
/// procfs by a descriptor that was opened, and checked to be procfs itself and its root, before anything of a container's was near. A path below it crosses no
/// mount and no magic link, so that no file laid over it can swallow or redirect a write (CVE-2019-19921, CVE-2025-52881).
/// </summary>
public sealed class ProcFs : IDisposable
{
    private const ulong RootInode = 1;
    private const ulong Strict = At.RESOLVE_BENEATH | At.RESOLVE_NO_XDEV | At.RESOLVE_NO_MAGICLINKS;

    private readonly SafeFileHandle _root;

    private ProcFs(SafeFileHandle root) => _root = root;

    /// <exception cref="LinuxException">EXDEV when <paramref name="path"/> is something else.</exception>
    public static ProcFs Open(string path = "/proc")
    {
        SafeFileHandle root = PathDescriptor.OpenDirectory(path);
        if (FileFacts.FileSystem(root) == FileFacts.ProcMagic && FileFacts.Of(root).Inode == RootInode) return new(root);
        root.Dispose();
        throw new LinuxException(Errno.EXDEV, "not procfs", path);
    }

    /// <summary>One write(2).</summary>
    /// <param name="path">Relative: <c>sys/net/ipv4/ip_forward</c>, <c>thread-self/attr/exec</c>.</param>
    /// <param name="value">Written as it is.</param>
    public void Write(string path, string value)
    {
        int fd = At.Openat2(_root.Number(), path, At.O_WRONLY | At.O_CLOEXEC, 0, Strict);
        if (fd < 0) LinuxException.ThrowLast("open", "/proc/" + path);
        using SafeFileHandle file = Descriptors.Own(fd);
        if (FileFacts.FileSystem(file) != FileFacts.ProcMagic) throw new LinuxException(Errno.EXDEV, "not procfs", "/proc/" + path);
        try
        {
            Descriptor.Write(fd, Encoding.UTF8.GetBytes(value));
        }
        catch (LinuxException e)
        {
            throw new LinuxException(e.Errno, "write", $"/proc/{path}");
        }
    }

    /// <returns>Null when there is no such file.</returns>
    public string? Read(string path, int limit = 1 << 20)
    {
        int fd = At.Openat2(_root.Number(), path, At.O_RDONLY | At.O_CLOEXEC, 0, Strict);
        if (fd < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ESRCH) return null;
            throw LinuxException.Last("open", "/proc/" + path);
        }
        using SafeFileHandle file = Descriptors.Own(fd);
        return Descriptor.ReadText(fd, limit);
    }

    public void Dispose() => _root.Dispose();
}
