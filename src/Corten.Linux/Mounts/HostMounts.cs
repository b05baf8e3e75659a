using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Mounts;

/// <summary>Mounts in the caller's own mount namespace, made and taken away by path: for places that only root can change.</summary>
public static class HostMounts
{
    private const int Here = -100; // AT_FDCWD
    private const uint EmptyPath = 0x1000;
    private const ulong PropagationFlags = Native.MS_UNBINDABLE | Native.MS_PRIVATE | Native.MS_SLAVE | Native.MS_SHARED;

    /// <summary>
    /// mount(2) as mount(8) does it: propagation is set by a second call, and a read-only bind by a remount, since the kernel ignores
    /// both in the first.
    /// </summary>
    public static void Mount(string source, string target, string? type, ulong flags, string? data)
    {
        var first = flags & ~PropagationFlags;
        if ((first & Native.MS_REMOUNT) == 0 || !string.IsNullOrEmpty(data))
        {
            Check(Native.mount(source, target, type, first, data), target);
        }

        if ((flags & PropagationFlags) != 0)
        {
            Check(Native.mount(null, target, null, flags & (PropagationFlags | Native.MS_REC | Native.MS_SILENT), null), target);
        }

        if ((first & (Native.MS_BIND | Native.MS_RDONLY)) == (Native.MS_BIND | Native.MS_RDONLY))
        {
            Check(Native.mount(null, target, null, first | Native.MS_REMOUNT, data), target);
        }
    }

    /// <summary>Puts what a descriptor names, and what is mounted below it, onto a path.</summary>
    public static void Bind(SafeFileHandle source, string target)
    {
        var held = false;
        try
        {
            source.DangerousAddRef(ref held);
            var tree = Native.OpenTree((int)source.DangerousGetHandle(), "", Native.OPEN_TREE_CLONE | Native.OPEN_TREE_CLOEXEC | EmptyPath | 0x8000);
            if (tree < 0)
            {
                LinuxException.ThrowLast("open_tree", target);
            }

            using var clone = new SafeFileHandle(tree, ownsHandle: true);
            if (Native.MoveMount(tree, "", Here, target, Native.MOVE_MOUNT_F_EMPTY_PATH) < 0)
            {
                LinuxException.ThrowLast("move_mount", target);
            }
        }
        finally
        {
            if (held)
            {
                source.DangerousRelease();
            }
        }
    }

    /// <summary>umount2(2). What is not mounted, or gone, is fine.</summary>
    /// <param name="target">The mount point.</param>
    /// <param name="detach">Take it out of the tree at once, also while it is used (MNT_DETACH).</param>
    public static void Unmount(string target, bool detach)
    {
        if (Native.umount2(target, detach ? Native.MNT_DETACH : 0) != 0
            && (Errno)Marshal.GetLastPInvokeError() is var errno and not (Errno.EINVAL or Errno.ENOENT))
        {
            throw new LinuxException(errno, "umount", target);
        }
    }

    /// <summary>Takes out of the tree what is mounted below a folder, the latest first (proc_pid_mountinfo(5)).</summary>
    public static void UnmountBelow(string folder)
    {
        var within = folder.TrimEnd('/') + "/";
        var points = File.ReadLines("/proc/self/mountinfo").Select(line => Unescape(line.Split(' ')[4])).Where(point => point.StartsWith(within, StringComparison.Ordinal)).ToList();
        foreach (var point in Enumerable.Reverse(points))
        {
            Unmount(point, detach: true);
        }
    }

    /// <summary>Blanks, tabs, line ends and backslashes of a path are octal there.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);

    private static void Check(int result, string target)
    {
        if (result != 0)
        {
            LinuxException.ThrowLast("mount", target);
        }
    }
}
