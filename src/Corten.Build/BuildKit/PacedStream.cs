using Corten.EngineApi.Streams;

namespace Corten.Build.BuildKit;

/// <summary>
/// A connection whose reads can be paced. Clients send the description of each file of a context as a frame of its own; to be woken for every one of ten
/// thousand costs more than to look at them, on both sides. While it is paced, a read that follows a small one waits for a moment, and then takes all that has come.
/// </summary>
internal sealed class PacedStream(Stream connection) : AsynchronousStream
{
    /// <summary>Bytes of a read that came too early.</summary>
    private const int Small = 4096;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private int _last;

    public bool IsPaced { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsPaced && _last < Small)
        {
            await Task.Delay(Moment, cancellationToken).ConfigureAwait(false);
        }

        return _last = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override ValueTask DisposeAsync() => connection.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }
}
