using System.Buffers;
using System.IO.Pipelines;

namespace Corten.Daemon.Http;

/// <summary>
/// What Kestrel reads a connection through. It hides the end of the input while there are bytes that Kestrel has not examined: otherwise a client
/// that sends a whole request and ends its sending at once would be told "unexpected end of request content". Once shut, it reads as ended,
/// so that Kestrel's loop finishes and leaves the real pipe to whoever took the connection over.
/// </summary>
internal sealed class GateReader(PipeReader inner) : PipeReader
{
    private static readonly ReadResult _ended = new(default, isCanceled: false, isCompleted: true);

    private ReadOnlySequence<byte> _last;
    private bool _examinedToTheEnd;
    private volatile bool _shut;

    public void Shut() => _shut = true;

    public override bool TryRead(out ReadResult result)
    {
        if (_shut)
        {
            result = _ended;
            return true;
        }

        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Gate(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_shut)
        {
            return new(_ended);
        }

        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new(Gate(read.Result)) : GateAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_shut)
        {
            return;
        }

        // Everything was looked at and some of it is left: the reader wants more, and may now learn that there is no more.
        _examinedToTheEnd = !_last.IsEmpty && _last.Slice(examined).IsEmpty && !_last.Slice(consumed).IsEmpty;
        _last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        if (!_shut)
        {
            inner.CancelPendingRead();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_shut)
        {
            inner.Complete(exception);
        }
    }

    private async ValueTask<ReadResult> GateAsync(ValueTask<ReadResult> read) => Gate(await read.ConfigureAwait(false));

    private ReadResult Gate(ReadResult result)
    {
        _last = result.Buffer;
        return result.IsCompleted && !result.Buffer.IsEmpty && !_examinedToTheEnd
            ? new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false)
            : result;
    }
}
