using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Corten.Daemon.BuildKit;

/// <summary>A transport whose connections are streams that somebody hands in: hijacked HTTP connections that go on as HTTP/2.</summary>
internal sealed class MemoryListener : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>The one address of this transport.</summary>
    public static EndPoint Address { get; } = new MemoryEndPoint();

    public EndPoint EndPoint => Address;

    public bool CanBind(EndPoint endpoint) => endpoint is MemoryEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _accepted.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Serves a stream as a connection, until either side ends it.</summary>
    public async Task ServeAsync(Stream stream, CancellationToken gone)
    {
        var connection = new StreamConnection(stream, gone);
        await _accepted.Writer.WriteAsync(connection, gone);
        await connection.Finished;
    }

    private sealed class MemoryEndPoint : EndPoint
    {
        public override string ToString() => "memory";
    }
}
