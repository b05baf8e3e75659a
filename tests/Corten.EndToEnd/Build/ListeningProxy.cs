using System.Net.Sockets;
using System.Text;

namespace Corten.EndToEnd.Build;

/// <summary>Stands between a client and a daemon's socket, and keeps what the client says.</summary>
public sealed class ListeningProxy : IAsyncDisposable
{
    private readonly string _daemon;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly MemoryStream _said = new();
    private readonly List<Task> _running = [];
    private readonly Task _accepting;

    /// <param name="path">Where the client finds it.</param>
    /// <param name="daemon">The daemon's socket.</param>
    public ListeningProxy(string path, string daemon)
    {
        _daemon = daemon;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Said
    {
        get
        {
            lock (_said)
            {
                return Encoding.Latin1.GetString(_said.ToArray());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_running);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _running.Add(PassAsync(await _listener.AcceptAsync()));
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            await daemon.ConnectAsync(new UnixDomainSocketEndPoint(_daemon));
            await Task.WhenAll(CopyAsync(client, daemon, Note), CopyAsync(daemon, client, _ => { }));
        }
    }

    private void Note(ReadOnlyMemory<byte> part)
    {
        lock (_said)
        {
            _said.Write(part.Span);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, Action<ReadOnlyMemory<byte>> note)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                note(buffer.AsMemory(0, count));
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One side is gone; the other is told.
            from.Dispose();
            to.Dispose();
        }
    }
}
