using System.Runtime.CompilerServices;
using System.Text;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.FileSystemContexts;

namespace Corten.Linux.Mounts;

/// <summary>
/// A file system being configured (fsopen(2)): set its parameters, then <see cref="Mount"/> gives a descriptor of a mount that is in no
/// namespace. It can be used as a directory right away and disappears with its last descriptor, or be attached with <see cref="Attach"/>.
/// </summary>
[SkipLocalsInit]
public sealed unsafe class FileSystemContext : IDisposable
{
    private readonly SafeFileHandle _context;
    private readonly string _type;

    public FileSystemContext(string type)
    {
        _type = type;
        var name = new NativeName(Encoding.ASCII.GetBytes(type), stackalloc byte[NativeName.Capacity]);
        var fd = Native.fsopen(Native.NR_fsopen, name.Pointer, Native.FSOPEN_CLOEXEC);
        if (fd < 0)
        {
            LinuxException.ThrowLast("fsopen", type);
        }

        _context = new SafeFileHandle(fd, ownsHandle: true);
    }

    public void Set(string key, string value)
    {
        var keyName = new NativeName(Encoding.ASCII.GetBytes(key), stackalloc byte[NativeName.Capacity]);
        var valueText = new NativeName(Encoding.UTF8.GetBytes(value), stackalloc byte[NativeName.Capacity]);
        Configure(Native.FSCONFIG_SET_STRING, keyName.Pointer, valueText.Pointer, 0, key);
    }

    public void Set(string key, SafeFileHandle descriptor)
    {
        var keyName = new NativeName(Encoding.ASCII.GetBytes(key), stackalloc byte[NativeName.Capacity]);
        Configure(Native.FSCONFIG_SET_FD, keyName.Pointer, null, descriptor.DangerousGetHandle(), key);
        GC.KeepAlive(descriptor);
    }

    public void SetFlag(string key)
    {
        var keyName = new NativeName(Encoding.ASCII.GetBytes(key), stackalloc byte[NativeName.Capacity]);
        Configure(Native.FSCONFIG_SET_FLAG, keyName.Pointer, null, 0, key);
    }

    /// <summary>Makes the file system and a detached mount of it. <paramref name="attributes"/>: MOUNT_ATTR_* of mount_setattr(2).</summary>
    public SafeFileHandle Mount(ulong attributes = 0)
    {
        Configure(Native.FSCONFIG_CMD_CREATE, null, null, 0, "create");
        var fd = Native.fsmount(Native.NR_fsmount, _context.DangerousGetHandle(), Native.FSMOUNT_CLOEXEC, (nint)attributes);
        if (fd < 0)
        {
            throw Failure("fsmount", _type);
        }

        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>move_mount(2): puts a detached mount onto a directory, both by descriptor.</summary>
    public static void Attach(SafeFileHandle mount, SafeFileHandle target)
    {
        const int toEmptyPath = 0x40;
        byte empty = 0;
        if (Native.move_mount(Native.NR_move_mount, mount.DangerousGetHandle(), &empty, target.DangerousGetHandle(), &empty,
            Native.MOVE_MOUNT_F_EMPTY_PATH | toEmptyPath) < 0)
        {
            LinuxException.ThrowLast("move_mount");
        }

        GC.KeepAlive(mount);
        GC.KeepAlive(target);
    }

    public void Dispose() => _context.Dispose();

    private void Configure(int command, byte* key, byte* value, nint auxiliary, string what)
    {
        if (Native.fsconfig(Native.NR_fsconfig, _context.DangerousGetHandle(), command, key, value, auxiliary) < 0)
        {
            throw Failure("fsconfig", what);
        }
    }

    /// <summary>With what the file system itself wrote into the context's log, which says more than the errno.</summary>
    private LinuxException Failure(string call, string what)
    {
        var error = LinuxException.Last(call, _type + " " + what);
        var log = new StringBuilder();
        var buffer = stackalloc byte[512];
        nint length;
        while ((length = Interop.Files.read(_context, buffer, 512)) > 0)
        {
            // "e text": e, w or i for error, warning, information.
            var line = Encoding.UTF8.GetString(buffer, (int)length).Trim();
            log.Append(log.Length > 0 ? "; " : "").Append(line.Length > 2 && line[1] == ' ' ? line[2..] : line);
        }

        return log.Length == 0 ? error : new LinuxException(error.Errno, call, $"{_type} {what} ({log})");
    }
}
