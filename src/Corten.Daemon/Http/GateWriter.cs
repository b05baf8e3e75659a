using System.IO.Pipelines;

namespace Corten.Daemon.Http;

/// <summary>
/// What Kestrel writes a connection through. Once shut it swallows what it is given and reports an ended connection, so that nothing of
/// Kestrel's gets between the bytes of whoever took the connection over.
/// </summary>
internal sealed class GateWriter(PipeWriter inner) : PipeWriter
{
    private byte[]? _sink;
    private volatile bool _shut;

    public void Shut() => _shut = true;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => _shut ? 0 : inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        if (!_shut)
        {
            inner.Advance(bytes);
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _shut ? Sink(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _shut ? Sink(sizeHint) : inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _shut ? new(new FlushResult(isCanceled: false, isCompleted: true)) : inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush()
    {
        if (!_shut)
        {
            inner.CancelPendingFlush();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_shut)
        {
            inner.Complete(exception);
        }
    }

    private byte[] Sink(int sizeHint) => _sink is { } sink && sink.Length >= sizeHint ? sink : _sink = new byte[Math.Max(sizeHint, 4096)];
}
