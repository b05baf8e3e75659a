using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Corten.Oci.Errors;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Corten.Daemon.Listening;

/// <summary>
/// Makes the sockets that are listened on. A unix socket gets its mode and group after bind(2) and before listen(2), so that there is no moment
/// at which the wrong user could connect.
/// </summary>
internal static class ListenSockets
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The first descriptor that a service manager passes (sd_listen_fds(3)).</summary>
    private const int FirstActivated = 3;

    /// <param name="groupId">Who else may use the unix sockets; null for nobody.</param>
    public static Socket Bind(EndPoint endPoint, uint? groupId)
    {
        if (endPoint is not UnixDomainSocketEndPoint unix)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        }

        var path = unix.ToString();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(unix);
            File.SetUnixFileMode(path, groupId is null ? UnixFileMode.UserRead | UnixFileMode.UserWrite : OwnerAndGroup);
            if (groupId is { } group)
            {
                Corten.Linux.Interop.Ownership.SetGroup(path, group);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The descriptors that the service manager has opened for this process.</summary>
    /// <param name="name">Empty for all; else a number counted from 3, or a name of LISTEN_FDNAMES.</param>
    /// <exception cref="CortenException">There is none.</exception>
    public static IReadOnlyList<int> Activated(string name)
    {
        var count = Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : 0;
        if (count == 0)
        {
            throw CortenException.Invalid("no sockets found via socket activation: make sure the service was started by systemd");
        }

        var all = Enumerable.Range(FirstActivated, count).ToArray();
        if (name.Length == 0)
        {
            return all;
        }

        var names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');
        var chosen = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? all.Where(fd => fd == number).ToArray()
            : [.. all.Where(fd => fd - FirstActivated < names.Length && names[fd - FirstActivated] == name)];
        return chosen.Length > 0
            ? chosen
            : throw CortenException.Invalid($"failed to find systemd activated sockets specified by '{name}'");
    }

    /// <summary>Removes a socket that nobody listens on any more.</summary>
    /// <exception cref="CortenException">Somebody does, or it is no socket.</exception>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw CortenException.Conflict($"can't create unix socket {path}: another process answers on it");
    }
}
