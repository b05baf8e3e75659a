using System.Threading.Channels;

namespace Corten.EngineApi.Events;

/// <summary>One listener of an <see cref="EventLog"/>. Whoever subscribed disposes it.</summary>
public sealed class EventSubscription : IDisposable
{
    /// <summary>How many events may wait for a slow listener before it is ended.</summary>
    public const int Backlog = 4096;

    private readonly EventLog _log;
    private readonly Func<EventMessage, bool>? _accepts;

    private readonly Channel<EventMessage> _channel = Channel.CreateBounded<EventMessage>(
        new BoundedChannelOptions(Backlog) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    internal EventSubscription(EventLog log, Func<EventMessage, bool>? accepts) => (_log, _accepts) = (log, accepts);

    /// <summary>The events, replayed ones first. It completes when the listener was too slow or is disposed.</summary>
    public ChannelReader<EventMessage> Events => _channel.Reader;

    public void Dispose()
    {
        _log.Remove(this);
        _channel.Writer.TryComplete();
    }

    /// <returns>False when the listener is ended because it did not keep up.</returns>
    internal bool TryDeliver(EventMessage message)
    {
        if (_accepts is not null && !_accepts(message))
        {
            return true;
        }

        if (_channel.Writer.TryWrite(message))
        {
            return true;
        }

        _channel.Writer.TryComplete();
        return false;
    }
}
