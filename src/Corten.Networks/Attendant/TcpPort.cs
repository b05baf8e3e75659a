using System.Net;
using System.Net.Sockets;

namespace Corten.Networks.Attendant;

/// <summary>A held TCP port. Connections that reach it are carried to the container, each half closed when its sender has finished.</summary>
internal sealed class TcpPort : IDisposable
{
    private const int BufferSize = 64 << 10;

    private readonly Socket _listener;
    private readonly IPEndPoint _container;
    private readonly bool _carry;

    public TcpPort(IPEndPoint host, IPEndPoint container, bool carry)
    {
        (_container, _carry) = (container, carry);
        _listener = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(host);
            _listener.Listen(512);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
        _ = AcceptAsync();
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptAsync().ConfigureAwait(false);
                if (_carry)
                {
                    _ = CarryAsync(client);
                }
                else
                {
                    client.Close(0);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.TooManyOpenSockets)
            {
                await Task.Yield();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(_container.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(_container).ConfigureAwait(false);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client)).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // One side refused or reset; the other learns of it by the close.
                client.Close(0);
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferSize];
        int count;
        while ((count = await from.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
        {
            for (var sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent)).ConfigureAwait(false);
            }
        }
        to.Shutdown(SocketShutdown.Send);
    }
}
