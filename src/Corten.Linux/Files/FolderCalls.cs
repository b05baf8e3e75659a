using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>Changes of one name in an open folder, and of what is open already.</summary>
public static class FolderCalls
{
    /// <returns>False when the name is taken.</returns>
    public static bool TryMakeNode(SafeFileHandle folder, string name, FileKind kind, uint permissions, long major, long minor)
    {
        if (At.mknodat(folder.Number(), name, (uint)kind | permissions, At.MakeDevice((ulong)major, (ulong)minor)) >= 0) return true;
        if ((Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST) return false;
        throw LinuxException.Last("mknod", name);
    }

    /// <returns>False when the name is taken.</returns>
    public static bool TryMakeLink(string target, SafeFileHandle folder, string name)
    {
        if (At.symlinkat(target, folder.Number(), name) >= 0) return true;
        if ((Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST) return false;
        throw LinuxException.Last("symlink", name);
    }

    /// <returns>False when nothing had that name.</returns>
    public static bool TryUnlink(SafeFileHandle folder, string name)
    {
        if (At.unlinkat(folder.Number(), name, 0) >= 0) return true;
        if ((Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT) return false;
        throw LinuxException.Last("unlink", name);
    }

    /// <summary>Owner and group of a name, not following a link.</summary>
    public static void ChangeOwner(SafeFileHandle folder, string name, uint uid, uint gid)
    {
        if (At.fchownat(folder.Number(), name, uid, gid, At.AT_SYMLINK_NOFOLLOW) < 0) LinuxException.ThrowLast("chown", name);
    }

    /// <summary>Owner of an open file; <see cref="uint.MaxValue"/> leaves one as it is.</summary>
    public static Errno ChangeOwner(int file, uint uid, uint gid) => At.fchown(file, uid, gid) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;

    /// <summary>Opens a name in the folder, following nothing.</summary>
    /// <returns>Null when it is not there.</returns>
    public static SafeFileHandle? TryOpenPath(SafeFileHandle folder, string name)
    {
        int fd = At.openat(folder.Number(), name, At.O_PATH | ArchitectureNumbers.O_NOFOLLOW | At.O_CLOEXEC, 0);
        if (fd >= 0) return Descriptors.Own(fd);
        if ((Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT) return null;
        throw LinuxException.Last("open", name);
    }

    /// <summary>The names in an O_PATH folder, without the two dots.</summary>
    public static IReadOnlyList<string> Names(SafeFileHandle folder)
    {
        // The link leads to the very folder that is open, whatever its path is by now.
        List<string> names = [];
        foreach (string entry in Directory.EnumerateFileSystemEntries($"/proc/self/fd/{folder.Number()}")) names.Add(Path.GetFileName(entry));
        return names;
    }

    public static void MakeDirectory(SafeFileHandle folder, string name, uint permissions)
    {
        if (At.mkdirat(folder.Number(), name, permissions) < 0) LinuxException.ThrowLast("mkdir", name);
    }

    public static unsafe string ReadLink(SafeFileHandle folder, string name)
    {
        const int size = 4096;
        byte* buffer = stackalloc byte[size];
        nint length = At.readlinkat(folder.Number(), name, buffer, size);
        if (length < 0) LinuxException.ThrowLast("readlink", name);
        return System.Text.Encoding.UTF8.GetString(buffer, (int)length);
    }

    public static void ChangePermissions(SafeFileHandle folder, string name, uint permissions)
    {
        if (At.fchmodat(folder.Number(), name, permissions, 0) < 0) LinuxException.ThrowLast("chmod", name);
    }

    /// <summary>Copies one regular file of that name from folder to folder.</summary>
    public static void CopyFile(SafeFileHandle from, SafeFileHandle to, string name, uint permissions)
    {
        int source = At.openat(from.Number(), name, At.O_RDONLY | ArchitectureNumbers.O_NOFOLLOW | At.O_CLOEXEC, 0);
        if (source < 0) LinuxException.ThrowLast("open", name);
        using SafeFileHandle reading = Descriptors.Own(source);
        int target = At.openat(to.Number(), name, At.O_CREAT | At.O_EXCL | At.O_WRONLY | At.O_CLOEXEC, permissions);
        if (target < 0) LinuxException.ThrowLast("open", name);
        using SafeFileHandle writing = Descriptors.Own(target);
        byte[] buffer = new byte[64 << 10];
        int length;
        while ((length = Descriptor.Read(source, buffer)) > 0) Descriptor.WriteAll(target, buffer.AsSpan(0, length));
    }
}
