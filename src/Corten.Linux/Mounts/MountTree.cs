using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Mounts;

/// <summary>
/// A mount, or a tree of them, that is attached nowhere yet (fsopen(2), open_tree(2)): made and given its attributes unseen, then put in place in one
/// step, on a descriptor instead of a path. Disposing of one that was not attached unmounts it.
/// </summary>
public sealed unsafe class MountTree : IDisposable
{
    private MountTree(SafeFileHandle handle) => Handle = handle;

    /// <summary>An O_PATH descriptor of its root.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>A new file system.</summary>
    /// <param name="type">Its name in /proc/filesystems.</param>
    /// <param name="source">As in mount(2); null for none.</param>
    /// <param name="parameters"><c>key=value</c> or a bare flag.</param>
    /// <param name="attributes">MOUNT_ATTR_* of the mount.</param>
    /// <exception cref="LinuxException">The kernel's own words, where it gave any, are in the operand.</exception>
    public static MountTree Create(string type, string? source, IEnumerable<string> parameters, ulong attributes)
    {
        int fd = Native.Fsopen(type);
        if (fd < 0) LinuxException.ThrowLast("fsopen", type);
        using SafeFileHandle context = Descriptors.Own(fd);
        if (source is not null && Native.Fsconfig(fd, Native.FSCONFIG_SET_STRING, "source", source) < 0) throw Failure(context, type);
        foreach (string parameter in parameters)
        {
            int equals = parameter.IndexOf('=');
            int result = equals < 0
                ? Native.Fsconfig(fd, Native.FSCONFIG_SET_FLAG, parameter, null)
                : Native.Fsconfig(fd, Native.FSCONFIG_SET_STRING, parameter[..equals], parameter[(equals + 1)..]);
            if (result < 0) throw Failure(context, $"{type} option {parameter}");
        }
        if (Native.Fsconfig(fd, Native.FSCONFIG_CMD_CREATE, null, null) < 0) throw Failure(context, type);
        int mount = Native.Fsmount(fd, (uint)attributes);
        if (mount < 0) throw Failure(context, type);
        return new(Descriptors.Own(mount));
    }

    /// <summary>A copy of the mount at <paramref name="place"/>, as a bind mount makes it.</summary>
    public static MountTree Clone(SafeFileHandle place, bool recursive, string? name = null)
    {
        uint flags = Native.OPEN_TREE_CLONE | Native.OPEN_TREE_CLOEXEC | At.AT_EMPTY_PATH | (recursive ? At.AT_RECURSIVE : 0u);
        int fd = Native.OpenTree(place.Number(), "", flags);
        if (fd < 0) LinuxException.ThrowLast("open_tree", name);
        return new(Descriptors.Own(fd));
    }

    /// <summary>mount_setattr(2).</summary>
    /// <param name="set">MOUNT_ATTR_* to set.</param>
    /// <param name="clear">MOUNT_ATTR_* to clear first.</param>
    /// <param name="recursive">The mounts below as well.</param>
    /// <param name="propagation">MS_PRIVATE and the like, or 0.</param>
    /// <param name="userNamespace">For MOUNT_ATTR_IDMAP.</param>
    public void Change(ulong set, ulong clear, bool recursive, ulong propagation = 0, SafeFileHandle? userNamespace = null)
        => Change(Handle, set, clear, recursive, propagation, userNamespace);

    /// <summary>The same for a mount that is attached: <paramref name="place"/> is its root.</summary>
    public static void Change(SafeFileHandle place, ulong set, ulong clear, bool recursive, ulong propagation = 0, SafeFileHandle? userNamespace = null)
    {
        // Whatever sets one of the access-time modes has to clear the others.
        if ((set & Native.MOUNT_ATTR__ATIME) != 0) clear |= Native.MOUNT_ATTR__ATIME;
        Native.MountAttributes change = new()
        {
            Set = set | (userNamespace is null ? 0 : Native.MOUNT_ATTR_IDMAP),
            Clear = clear & ~(set & ~Native.MOUNT_ATTR__ATIME),
            Propagation = propagation & ~Native.MS_REC,
            UserNamespace = userNamespace is null ? 0 : (ulong)userNamespace.Number(),
        };
        if (Native.MountSetattr(place.Number(), "", At.AT_EMPTY_PATH | (recursive ? At.AT_RECURSIVE : 0u), &change) < 0) LinuxException.ThrowLast("mount_setattr");
    }

    /// <summary>move_mount(2): from now on it is seen at <paramref name="place"/>, and this object no longer decides its life.</summary>
    public void Attach(SafeFileHandle place, string? name = null)
    {
        if (Native.MoveMount(Handle.Number(), "", place.Number(), "", Native.MOVE_MOUNT_F_EMPTY_PATH | Native.MOVE_MOUNT_T_EMPTY_PATH) < 0)
        {
            LinuxException.ThrowLast("move_mount", name);
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>A file system's context can be read for what went wrong: lines that begin with e, w or i.</summary>
    private static LinuxException Failure(SafeFileHandle context, string operand)
    {
        LinuxException failure = LinuxException.Last("mount", operand);
        Span<byte> line = stackalloc byte[256];
        try
        {
            int length = Descriptor.Read(context.Number(), line);
            return length > 2 ? new LinuxException(failure.Errno, "mount", $"{operand}: {Encoding.UTF8.GetString(line[2..length]).TrimEnd()}") : failure;
        }
        catch (LinuxException)
        {
            // ENODATA: the file system had nothing to add.
            return failure;
        }
    }
}
