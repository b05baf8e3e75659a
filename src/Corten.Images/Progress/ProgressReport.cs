using System.Collections.Concurrent;
using System.Threading.Channels;
using Corten.EngineApi.Streams;

namespace Corten.Images.Progress;

/// <summary>
/// The progress stream of one operation. Lines are queued and written by one task, so that a slow client never holds up a transfer; counts of
/// bytes are thinned to ten a second and line, as Docker does, and dropped while the client does not keep up.
/// </summary>
public sealed class ProgressReport : IAsyncDisposable
{
    private const int MaxWaiting = 1024;
    private static readonly long Interval = TimeSpan.FromMilliseconds(100).Ticks;

    private readonly Channel<ProgressMessage> _lines = Channel.CreateUnbounded<ProgressMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, long> _lastCount = new(StringComparer.Ordinal);
    private readonly Task _writing;
    private int _waiting;

    public ProgressReport(ProgressWriter writer) => _writing = WriteAsync(line => writer.WriteAsync(line));

    /// <param name="tell">Takes each line, one at a time; must not throw.</param>
    public ProgressReport(Action<ProgressMessage> tell) => _writing = WriteAsync(line =>
    {
        tell(line);
        return Task.CompletedTask;
    });

    /// <summary>A line about a thing, which takes the place of its last one: <c>Pull complete</c>.</summary>
    public void Status(string id, string status) => Put(new ProgressMessage { Id = id, Status = status, ProgressDetail = new ProgressDetail() });

    /// <summary>A line of its own, or a headline with an id.</summary>
    public void Say(string status, string? id = null) => Put(new ProgressMessage { Id = id, Status = status });

    /// <summary>Text as it stands: <c>Loaded image: …</c>.</summary>
    public void Print(string text) => Put(new ProgressMessage { Stream = text });

    public void Put(ProgressMessage message)
    {
        if (_lines.Writer.TryWrite(message))
        {
            Interlocked.Increment(ref _waiting);
        }
    }

    /// <summary>How far a thing is, in bytes; the last of a series, at <paramref name="total"/>, is always written.</summary>
    public void Count(string id, string status, long current, long total)
    {
        var now = DateTime.UtcNow.Ticks;
        var last = _lastCount.GetValueOrDefault(id);
        if (current < total && (now - last < Interval || Volatile.Read(ref _waiting) > MaxWaiting))
        {
            return;
        }

        _lastCount[id] = now;
        Put(new ProgressMessage { Id = id, Status = status, ProgressDetail = new ProgressDetail { Current = current, Total = total } });
    }

    /// <summary>Waits until everything is written.</summary>
    public async Task FinishAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    /// <summary>Like <see cref="FinishAsync"/>, for the way out of a failure: a client that went away is no second failure.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync(Func<ProgressMessage, Task> write)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            Interlocked.Decrement(ref _waiting);
            await write(line);
        }
    }
}
