namespace Corten.Build.BuildKit;

/// <summary>
/// A connection whose reads can be paced. Clients send the description of each file of a context as a frame of its own; to be woken for every one of ten
/// thousand costs more than to look at them, on both sides. While it is paced, a read that follows a small one waits for a moment, and then takes all that has come.
/// </summary>
internal sealed class PacedStream(Stream connection) : Stream
{
    /// <summary>Bytes of a read that came too early.</summary>
    private const int Small = 4096;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private int _last;

    public bool IsPaced { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsPaced && _last < Small)
        {
            await Task.Delay(Moment, cancellationToken).ConfigureAwait(false);
        }

        return _last = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override ValueTask DisposeAsync() => connection.DisposeAsync();

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }
}
