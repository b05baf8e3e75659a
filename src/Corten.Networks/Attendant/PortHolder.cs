using System.Net;
using System.Net.Sockets;
using Corten.Linux;

namespace Corten.Networks.Attendant;

/// <summary>
/// Holds published ports: each is bound and listened to, so that no other program can take it, and so that a port in use is noticed. The
/// kernel translates packets before they would reach these sockets. What does arrive (IPv6 clients of IPv4 containers, ::1, or everything where rules
/// are switched off) is carried to the container.
/// </summary>
internal sealed class PortHolder : IDisposable
{
    private readonly Dictionary<string, List<IDisposable>> _held = [];
    private readonly Lock _lock = new();

    /// <summary>Whose ports are held: what precedes the slash in the names they are held under.</summary>
    public List<string> Containers()
    {
        lock (_lock)
        {
            return [.. _held.Keys.Select(k => k.Split('/')[0]).Distinct()];
        }
    }

    /// <summary>Takes ports; an errno for each. Those that succeed are held even if others fail: the caller lets go of the container's as a whole.</summary>
    public List<int> Hold(HoldPorts request)
    {
        var errors = new List<int>();
        foreach (var port in request.Ports)
        {
            try
            {
                var held = Open(port);
                lock (_lock)
                {
                    (_held.TryGetValue(request.Container, out var list) ? list : _held[request.Container] = []).Add(held);
                }
                errors.Add(0);
            }
            catch (SocketException e)
            {
                errors.Add((int)ToErrno(e));
            }
        }
        return errors;
    }

    /// <summary>Lets go of what is held under a name, or under that name, a slash and more.</summary>
    public void Drop(string name)
    {
        var held = new List<IDisposable>();
        lock (_lock)
        {
            foreach (var key in _held.Keys.Where(k => k == name || k.StartsWith(name + "/", StringComparison.Ordinal)).ToList())
            {
                held.AddRange(_held[key]);
                _held.Remove(key);
            }
        }
        held.ForEach(h => h.Dispose());
    }

    public void DropOthers(IReadOnlySet<string> containers)
    {
        foreach (var container in Containers().Where(c => !containers.Contains(c)))
        {
            Drop(container);
        }
    }

    public void Dispose() => Containers().ForEach(Drop);

    private static IDisposable Open(HeldPort port)
    {
        var host = new IPEndPoint(IPAddress.Parse(port.HostAddress), port.HostPort);
        var container = new IPEndPoint(IPAddress.Parse(port.ContainerAddress), port.ContainerPort);
        return port.Protocol switch
        {
            "tcp" => new TcpPort(host, container, port.Carry),
            "udp" => new UdpPort(host, container, port.Carry),
            _ => SctpPort(host),
        };
    }

    /// <summary>SCTP is translated by the kernel alone; the socket only holds the port.</summary>
    private static Socket SctpPort(IPEndPoint host)
    {
        var socket = new Socket(host.AddressFamily, SocketType.Stream, (ProtocolType)132);
        try
        {
            socket.Bind(host);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Errno ToErrno(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => Errno.EADDRINUSE,
        SocketError.AddressNotAvailable => Errno.EADDRNOTAVAIL,
        SocketError.AccessDenied => Errno.EACCES,
        SocketError.AddressFamilyNotSupported => Errno.EAFNOSUPPORT,
        SocketError.ProtocolNotSupported => (Errno)93,
        SocketError.SocketNotSupported => (Errno)94,
        _ => Errno.EIO,
    };
}
