using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>
/// Binding and connecting by path. sockaddr_un holds 107 bytes; a longer path is reached through /proc/self/fd of its folder, so that container ids
/// of 64 characters fit under any root.
/// </summary>
internal static unsafe class UnixPath
{
    public delegate int Operation(int socket, Native.UnixAddress* address, uint length);

    public static SafeFileHandle Open(string path, int type, Operation operation, string call)
    {
        int fd = Native.socket(Native.AF_UNIX, type | Native.SOCK_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("socket");
        SafeFileHandle socket = Descriptors.Own(fd);
        try
        {
            if (Encoding.UTF8.GetByteCount(path) < Native.UnixAddress.PathSize)
            {
                Apply(fd, path, operation, call, path);
                return socket;
            }
            using SafeFileHandle folder = PathDescriptor.OpenDirectory(Path.GetDirectoryName(path)!);
            Apply(fd, $"/proc/self/fd/{folder.DangerousGetHandle()}/{Path.GetFileName(path)}", operation, call, path);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Apply(int fd, string path, Operation operation, string call, string name)
    {
        Native.UnixAddress address = new() { Family = Native.AF_UNIX };
        var room = new Span<byte>(address.Path, Native.UnixAddress.PathSize - 1);
        if (!Encoding.UTF8.TryGetBytes(path, room, out int length)) throw new LinuxException(Errno.ENAMETOOLONG, call, name);
        if (operation(fd, &address, (uint)(sizeof(ushort) + length + 1)) < 0) LinuxException.ThrowLast(call, name);
    }
}
