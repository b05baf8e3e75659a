using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Files;

namespace Corten.Linux.Files;

/// <summary>
/// Calls that name a file relative to an open directory, with names as bytes, since a name on Linux is not text. Unless said otherwise the
/// last component is not followed when it is a symbolic link; to be safe from links before it, open the parent with
/// <see cref="OpenInRoot(SafeFileHandle, ReadOnlySpan{byte}, int, uint)"/> and name the leaf alone.
/// </summary>
[SkipLocalsInit]
public static unsafe class FileAt
{
    /// <summary>Opens by a path of the caller's own making (its links are followed).</summary>
    public static SafeFileHandle Open(string path, int flags, uint mode = 0) => OpenCore(Native.AT_FDCWD, Encoding.UTF8.GetBytes(path), flags, mode);

    /// <summary>openat(2).</summary>
    public static SafeFileHandle Open(SafeFileHandle directory, ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        var held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            return OpenCore((int)directory.DangerousGetHandle(), path, flags, mode);
        }
        finally
        {
            if (held)
            {
                directory.DangerousRelease();
            }
        }
    }

    /// <summary>openat2(2) with the directory as the root: no component, link or <c>..</c> leads out of it.</summary>
    public static SafeFileHandle OpenInRoot(SafeFileHandle root, ReadOnlySpan<byte> path, int flags, uint mode = 0) =>
        OpenResolved(root, path, flags, mode, Resolve.InRoot | Resolve.NoMagicLinks);

    /// <summary>openat2(2). A rename or mount going on beside it makes the kernel say EAGAIN: tried again, a bounded number of times.</summary>
    public static SafeFileHandle OpenResolved(SafeFileHandle directory, ReadOnlySpan<byte> path, int flags, uint mode, Resolve resolve)
    {
        var handle = TryOpenResolved(directory, path, flags, mode, resolve, out var errno);
        return handle ?? throw new LinuxException(errno, "openat2", NativeName.Show(path));
    }

    /// <summary>As <see cref="OpenResolved"/>, but answers null and the errno.</summary>
    public static SafeFileHandle? TryOpenResolved(
        SafeFileHandle directory, ReadOnlySpan<byte> path, int flags, uint mode, Resolve resolve, out Errno errno)
    {
        var name = new NativeName(path.IsEmpty ? "."u8 : path, stackalloc byte[NativeName.Capacity]);
        var how = new Native.OpenHow { Flags = (ulong)(flags | OpenFlags.CloseOnExec), Mode = mode, Resolve = (ulong)resolve };
        var held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            for (var attempt = 0; ; attempt++)
            {
                var fd = Native.openat2(Native.NR_openat2, directory.DangerousGetHandle(), name.Pointer, &how, sizeof(Native.OpenHow));
                if (fd >= 0)
                {
                    errno = Errno.None;
                    return new SafeFileHandle(fd, ownsHandle: true);
                }

                errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR && (errno != Errno.EAGAIN || attempt >= 128))
                {
                    return null;
                }
            }
        }
        finally
        {
            if (held)
            {
                directory.DangerousRelease();
            }
        }
    }

    /// <summary>Makes a regular file that must not exist yet, open for writing; null when the name is taken.</summary>
    public static SafeFileHandle? TryCreate(SafeFileHandle directory, ReadOnlySpan<byte> leaf, uint mode)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        var flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        while (true)
        {
            var fd = Native.openat((int)directory.DangerousGetHandle(), name.Pointer, flags, mode);
            if (fd >= 0)
            {
                return new SafeFileHandle(fd, ownsHandle: true);
            }

            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EEXIST:
                    return null;
                default:
                    throw LinuxException.Last("create", NativeName.Show(leaf));
            }
        }
    }

    /// <summary>mkdirat(2): false when the name is taken.</summary>
    public static bool MakeDirectory(SafeFileHandle directory, ReadOnlySpan<byte> leaf, uint mode)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        return Made(Native.mkdirat(directory, name.Pointer, mode), "mkdir", leaf);
    }

    /// <summary>symlinkat(2): false when the name is taken.</summary>
    public static bool MakeSymbolicLink(ReadOnlySpan<byte> target, SafeFileHandle directory, ReadOnlySpan<byte> leaf)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        var text = new NativeName(target, stackalloc byte[NativeName.Capacity]);
        return Made(Native.symlinkat(text.Pointer, directory, name.Pointer), "symlink", leaf);
    }

    /// <summary>linkat(2), the source not followed: false when the new name is taken.</summary>
    public static bool MakeHardLink(SafeFileHandle sourceDirectory, ReadOnlySpan<byte> source, SafeFileHandle directory, ReadOnlySpan<byte> leaf)
    {
        var from = new NativeName(source, stackalloc byte[NativeName.Capacity]);
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        return Made(Native.linkat(sourceDirectory, from.Pointer, directory, name.Pointer, 0), "link", leaf);
    }

    /// <summary>mknodat(2): false when the name is taken. <paramref name="mode"/> holds the type; the umask applies.</summary>
    public static bool MakeNode(SafeFileHandle directory, ReadOnlySpan<byte> leaf, uint mode, uint major, uint minor)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        // makedev(3): the low 8 bits of the minor number, 12 of the major, then the rest of both.
        var device = ((ulong)(minor & 0xFF)) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & ~0xFFu) << 12) | ((ulong)(major & ~0xFFFu) << 32);
        return Made(Native.mknodat(directory, name.Pointer, mode, device), "mknod", leaf);
    }

    /// <summary>unlinkat(2) of anything but a directory: false when there is nothing.</summary>
    public static bool Unlink(SafeFileHandle directory, ReadOnlySpan<byte> leaf) => Removed(directory, leaf, 0);

    /// <summary>unlinkat(2) of an empty directory: false when there is nothing.</summary>
    public static bool RemoveDirectory(SafeFileHandle directory, ReadOnlySpan<byte> leaf) => Removed(directory, leaf, Native.AT_REMOVEDIR);

    /// <summary>renameat2(2). With <paramref name="replace"/> false it fails with EEXIST when the new name is taken.</summary>
    public static void Rename(
        SafeFileHandle oldDirectory, ReadOnlySpan<byte> oldName, SafeFileHandle newDirectory, ReadOnlySpan<byte> newName, bool replace = true)
    {
        const uint noReplace = 1;
        var from = new NativeName(oldName, stackalloc byte[NativeName.Capacity]);
        var to = new NativeName(newName, stackalloc byte[NativeName.Capacity]);
        if (Native.renameat2(oldDirectory, from.Pointer, newDirectory, to.Pointer, replace ? 0 : noReplace) < 0)
        {
            LinuxException.ThrowLast("rename", NativeName.Show(oldName));
        }
    }

    /// <summary>readlinkat(2).</summary>
    public static byte[] ReadLink(SafeFileHandle directory, ReadOnlySpan<byte> leaf)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        var buffer = stackalloc byte[NativeName.Capacity];
        var length = Native.readlinkat(directory, name.Pointer, buffer, NativeName.Capacity);
        if (length < 0)
        {
            LinuxException.ThrowLast("readlink", NativeName.Show(leaf));
        }

        return new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
    }

    /// <summary>statx(2) of a name, a link not followed. An empty name means the directory (or file) itself.</summary>
    public static FileStatus Status(SafeFileHandle directory, ReadOnlySpan<byte> leaf) =>
        TryStatus(directory, leaf, out var status, out var errno) ? status : throw new LinuxException(errno, "stat", NativeName.Show(leaf));

    public static FileStatus Status(SafeFileHandle file) => Status(file, []);

    public static bool TryStatus(SafeFileHandle directory, ReadOnlySpan<byte> leaf, out FileStatus status, out Errno errno)
    {
        // STATX_BASIC_STATS | STATX_MNT_ID
        const uint wanted = 0x7FF | 0x1000;
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        Native.StatxBuffer buffer = default;
        var held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            if (Native.statx((int)directory.DangerousGetHandle(), name.Pointer, Native.AT_SYMLINK_NOFOLLOW | Native.AT_EMPTY_PATH, wanted, &buffer) == 0)
            {
                status = new FileStatus(buffer);
                errno = Errno.None;
                return true;
            }

            errno = (Errno)Marshal.GetLastPInvokeError();
            status = default;
            return false;
        }
        finally
        {
            if (held)
            {
                directory.DangerousRelease();
            }
        }
    }

    /// <summary>fchownat(2), a link not followed. Clears set-id bits and the file's capabilities: set those afterwards.</summary>
    public static void ChangeOwner(SafeFileHandle directory, ReadOnlySpan<byte> leaf, uint uid, uint gid)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        if (Native.fchownat(directory, name.Pointer, uid, gid, Native.AT_SYMLINK_NOFOLLOW | (leaf.IsEmpty ? Native.AT_EMPTY_PATH : 0)) < 0)
        {
            LinuxException.ThrowLast("chown", NativeName.Show(leaf));
        }
    }

    /// <summary>fchmodat(2), a link not followed (the C library goes through /proc/self/fd or fchmodat2(2)).</summary>
    public static void ChangeMode(SafeFileHandle directory, ReadOnlySpan<byte> leaf, uint mode)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        if (Native.fchmodat(directory, name.Pointer, mode, Native.AT_SYMLINK_NOFOLLOW) < 0)
        {
            LinuxException.ThrowLast("chmod", NativeName.Show(leaf));
        }
    }

    /// <summary>utimensat(2), a link not followed: access and modification time.</summary>
    public static void SetTimes(SafeFileHandle directory, ReadOnlySpan<byte> leaf, FileTime accessed, FileTime modified)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        var times = stackalloc long[4] { accessed.Seconds, accessed.Nanoseconds, modified.Seconds, modified.Nanoseconds };
        if (Native.utimensat(directory, name.Pointer, times, Native.AT_SYMLINK_NOFOLLOW) < 0)
        {
            LinuxException.ThrowLast("utimensat", NativeName.Show(leaf));
        }
    }

    private static SafeFileHandle OpenCore(int directory, ReadOnlySpan<byte> path, int flags, uint mode)
    {
        var name = new NativeName(path, stackalloc byte[NativeName.Capacity]);
        while (true)
        {
            var fd = Native.openat(directory, name.Pointer, flags | OpenFlags.CloseOnExec, mode);
            if (fd >= 0)
            {
                return new SafeFileHandle(fd, ownsHandle: true);
            }

            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                LinuxException.ThrowLast("open", NativeName.Show(path));
            }
        }
    }

    private static bool Made(int result, string call, ReadOnlySpan<byte> leaf)
    {
        if (result == 0)
        {
            return true;
        }

        return (Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST ? false : throw LinuxException.Last(call, NativeName.Show(leaf));
    }

    private static bool Removed(SafeFileHandle directory, ReadOnlySpan<byte> leaf, int flags)
    {
        var name = new NativeName(leaf, stackalloc byte[NativeName.Capacity]);
        if (Native.unlinkat(directory, name.Pointer, flags) == 0)
        {
            return true;
        }

        return (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw LinuxException.Last("remove", NativeName.Show(leaf));
    }
}
