using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Corten.Linux.Sockets;

namespace Corten.Networks.Attendant;

/// <summary>
/// A held UDP port. Each client that reaches it gets a socket of its own towards the container, until both are silent for a while. Answers come from the
/// address that the client asked.
/// </summary>
internal sealed class UdpPort : IDisposable
{
    /// <summary>As long as the kernel remembers a UDP flow with traffic both ways, roughly.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    /// <summary>Clients beyond this are not carried: their packets are dropped.</summary>
    private const int MaxClients = 4096;

    private readonly Socket _socket;
    private readonly IPEndPoint _container;
    private readonly ConcurrentDictionary<Asked, Socket> _clients = [];
    private readonly CancellationTokenSource _closed = new();

    public UdpPort(IPEndPoint host, IPEndPoint container, bool carry)
    {
        _container = container;
        _socket = new Socket(host.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(host);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
        if (carry)
        {
            _ = ReceiveAsync();
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _socket.Dispose();
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65536];
        var any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, _closed.Token).ConfigureAwait(false);
                var asked = new Asked((IPEndPoint)received.RemoteEndPoint, received.PacketInformation.Address, received.PacketInformation.Interface);
                if (Towards(asked) is { } server)
                {
                    await server.SendAsync(buffer.AsMemory(0, received.ReceivedBytes), SocketFlags.None, _closed.Token).ConfigureAwait(false);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable)
            {
                // The container does not listen just now, which concerns this packet only.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private Socket? Towards(Asked client)
    {
        if (_clients.TryGetValue(client, out var known))
        {
            return known;
        }
        if (_clients.Count >= MaxClients)
        {
            return null;
        }
        var server = new Socket(_container.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        server.Connect(_container);
        _clients[client] = server;
        _ = AnswerAsync(client, server);
        return server;
    }

    private async Task AnswerAsync(Asked client, Socket server)
    {
        var buffer = new byte[65536];
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        try
        {
            while (true)
            {
                silence.CancelAfter(Silence);
                var count = await server.ReceiveAsync(buffer, SocketFlags.None, silence.Token).ConfigureAwait(false);
                DatagramReply.TrySend(_socket.SafeHandle, buffer.AsSpan(0, count), client.By, client.At, client.Link);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _clients.TryRemove(client, out _);
            server.Dispose();
        }
    }

    /// <summary>Who asked, which address of the host, and over which link.</summary>
    private sealed record Asked(IPEndPoint By, IPAddress At, int Link);
}
