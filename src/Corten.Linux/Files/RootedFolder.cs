using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>
/// An open folder that is the root for every path given to it: openat2(2) with RESOLVE_IN_ROOT, so that neither <c>..</c> nor a link, however it
/// is swapped while we look, leads out (CVE-2021-30465), and no magic link of /proc is followed.
/// </summary>
public sealed class RootedFolder : IDisposable
{
    /// <summary>As many as the kernel follows in one path (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    private const ulong Confined = At.RESOLVE_IN_ROOT | At.RESOLVE_NO_MAGICLINKS;

    public RootedFolder(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    public static RootedFolder Open(string path) => new(PathDescriptor.OpenDirectory(path));

    /// <summary>Opens what is at <paramref name="path"/>, with the flags of open(2); close-on-exec is added.</summary>
    /// <exception cref="LinuxException">ENOENT, ENOTDIR, ELOOP and the like.</exception>
    internal SafeFileHandle Open(string path, int flags, uint mode = 0)
    {
        int fd = At.Openat2(Handle.Number(), Inside(path), flags | At.O_CLOEXEC, mode, Confined);
        if (fd < 0) LinuxException.ThrowLast("open", path);
        return Descriptors.Own(fd);
    }

    public SafeFileHandle OpenForReading(string path) => Open(path, At.O_RDONLY | At.O_NONBLOCK | At.O_NOCTTY);

    /// <summary>An O_PATH descriptor, or null when nothing is there.</summary>
    public SafeFileHandle? TryOpenPath(string path, bool followLast = true)
    {
        int flags = At.O_PATH | At.O_CLOEXEC | (followLast ? 0 : ArchitectureNumbers.O_NOFOLLOW);
        int fd = At.Openat2(Handle.Number(), Inside(path), flags, 0, Confined);
        if (fd >= 0) return Descriptors.Own(fd);
        if ((Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENOTDIR) return null;
        throw LinuxException.Last("open", path);
    }

    /// <summary>An O_PATH descriptor reached without following any link: for places that must be what they seem (CVE-2023-28642).</summary>
    public SafeFileHandle? TryOpenPlain(string path)
    {
        int fd = At.Openat2(Handle.Number(), Inside(path), At.O_PATH | At.O_CLOEXEC, 0, Confined | At.RESOLVE_NO_SYMLINKS);
        if (fd >= 0) return Descriptors.Own(fd);
        if ((Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT) return null;
        throw LinuxException.Last("open", path);
    }

    /// <summary>
    /// The folder at <paramref name="path"/> as an O_PATH descriptor; what is missing of it is made, each step in a folder already open. A dangling link
    /// leads to where the container would follow it to, and that is made.
    /// </summary>
    public SafeFileHandle MakeDirectory(string path, uint mode = 0x1ED) => Make(path, mode, directory: true, links: 0);

    /// <summary>The file at <paramref name="path"/> as an O_PATH descriptor; made empty if missing, with its folders.</summary>
    public SafeFileHandle MakeFile(string path, uint mode = 0x1A4) => Make(path, mode, directory: false, links: 0);

    private SafeFileHandle Make(string path, uint mode, bool directory, int links)
    {
        if (TryOpenPath(path) is { } there) return there;
        (string parent, string name) = Cut(path);
        if (name is "" or "." or ".." || links > MaxLinks) throw new LinuxException(name == "" ? Errno.ENOENT : Errno.ELOOP, directory ? "mkdir" : "open", path);
        using SafeFileHandle folder = Make(parent, 0x1ED, directory: true, links);
        int result = directory
            ? At.mkdirat(folder.Number(), name, mode)
            : At.openat(folder.Number(), name, At.O_CREAT | At.O_EXCL | ArchitectureNumbers.O_NOFOLLOW | At.O_WRONLY | At.O_CLOEXEC, mode);
        if (result < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EEXIST) LinuxException.ThrowLast(directory ? "mkdir" : "open", path);
        if (result >= 0 && !directory) Descriptors.close(result);
        if (TryOpenPath(path) is { } made) return made;
        if (ReadLink(folder, name) is not { } target) throw new LinuxException(Errno.ENOENT, directory ? "mkdir" : "open", path);
        return Make(target.StartsWith('/') ? target : $"{parent}/{target}", mode, directory, links + 1);
    }

    private static unsafe string? ReadLink(SafeFileHandle folder, string name)
    {
        const int size = 4096;
        byte* buffer = stackalloc byte[size];
        nint length = At.readlinkat(folder.Number(), name, buffer, size);
        return length < 0 ? null : System.Text.Encoding.UTF8.GetString(buffer, (int)length);
    }

    /// <summary>The open folder that holds the last name of <paramref name="path"/>, made if missing, and that name.</summary>
    public (SafeFileHandle Folder, string Name) ParentOf(string path)
    {
        (string parent, string name) = Cut(path);
        return (MakeDirectory(parent), name);
    }

    public void Dispose() => Handle.Dispose();

    private static string Inside(string path)
    {
        string relative = path.TrimStart('/');
        return relative.Length == 0 ? "." : relative;
    }

    private static (string Parent, string Name) Cut(string path)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        return slash < 0 ? (".", trimmed) : (trimmed[..slash].Length == 0 ? "." : trimmed[..slash], trimmed[(slash + 1)..]);
    }
}
