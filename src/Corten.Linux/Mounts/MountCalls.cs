using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Mounts;

/// <summary>mount(2) as such: for propagation, remounts, and what must be there by path.</summary>
public static class MountCalls
{
    public const ulong Private = Native.MS_PRIVATE, Slave = Native.MS_SLAVE, Shared = Native.MS_SHARED, Recursive = Native.MS_REC;
    public const ulong AttributeReadOnly = Native.MOUNT_ATTR_RDONLY, AttributeNoSuid = Native.MOUNT_ATTR_NOSUID;
    public const ulong AttributeNoDev = Native.MOUNT_ATTR_NODEV, AttributeNoExec = Native.MOUNT_ATTR_NOEXEC;

    /// <summary>MS_BIND and MS_REMOUNT, for <see cref="Mount"/>.</summary>
    public const ulong Bind = Native.MS_BIND, Remount = Native.MS_REMOUNT, Move = Native.MS_MOVE;

    public static void Mount(string? source, string target, string? type, ulong flags, string? data)
    {
        if (Native.mount(source, target, type, flags, data) < 0) LinuxException.ThrowLast("mount", target);
    }

    /// <summary>Changes the propagation of the mount at <paramref name="target"/>.</summary>
    /// <returns>False when <paramref name="target"/> is no mount point.</returns>
    public static bool SetPropagation(string target, ulong propagation)
    {
        if (Native.mount(null, target, null, propagation, null) >= 0) return true;
        LinuxException failure = LinuxException.Last("mount", target);
        return failure.Errno == Errno.EINVAL ? false : throw failure;
    }

    /// <summary>Takes the mount at <paramref name="target"/> away; what still uses it keeps it (MNT_DETACH).</summary>
    public static void Detach(string target)
    {
        if (Native.umount2(target, Native.MNT_DETACH) < 0) LinuxException.ThrowLast("umount2", target);
    }

    /// <summary>pivot_root(".", "."): the working folder becomes the root, and the old root lies on top of it, ready to be detached.</summary>
    public static void PivotRoot()
    {
        if (Native.PivotRoot(".", ".") < 0) LinuxException.ThrowLast("pivot_root");
    }
}
