using System.Buffers;
using System.Buffers.Binary;
using Corten.EngineApi.Http2;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>
/// What goes out. Frames are put after one another into one buffer, under the connection's lock; while a write is on its way others gather, and go out
/// with the next one.
/// </summary>
/// <param name="wire">Where to.</param>
/// <param name="gate">The connection's lock, which everything that adds is called under.</param>
/// <param name="written">Called when there is room again, under the lock.</param>
/// <param name="broken">Called when the wire takes no more.</param>
/// <param name="stop">Ends a write that waits.</param>
internal sealed class FrameWriter(Stream wire, Lock gate, Action written, Action<Exception> broken, CancellationToken stop)
{
    /// <summary>Bytes that may gather before whoever sends data has to wait.</summary>
    private const int Enough = 64 << 10;

    /// <summary>Bytes that may gather altogether: answers to one who asks on and on and never reads are not kept for ever.</summary>
    private const int TooMuch = 4 << 20;

    private ArrayBufferWriter<byte> _pending = new();
    private ArrayBufferWriter<byte> _leaving = new();
    private bool _isWriting;
    private bool _isTooMuch;
    private bool _isClosed;
    private TaskCompletionSource? _idle;

    public bool IsFull => _pending.WrittenCount >= Enough;

    public void Add(FrameType type, FrameFlags flags, int stream, ReadOnlySpan<byte> payload)
    {
        if (_pending.WrittenCount + payload.Length > TooMuch)
        {
            _isTooMuch = true;
            return;
        }

        var length = FrameHeader.Size + payload.Length;
        var target = _pending.GetSpan(length);
        new FrameHeader(payload.Length, type, flags, stream).Write(target);
        payload.CopyTo(target[FrameHeader.Size..]);
        _pending.Advance(length);
    }

    /// <summary>A frame of one number: RST_STREAM, WINDOW_UPDATE.</summary>
    public void Add(FrameType type, int stream, int number)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        Add(type, FrameFlags.None, stream, payload);
    }

    /// <summary>HEADERS, and what does not fit into one frame in CONTINUATIONs.</summary>
    public void AddHeaders(int stream, ReadOnlySpan<byte> block)
    {
        for (var at = 0; at == 0 || at < block.Length; at += FrameHeader.MaxPayload)
        {
            var part = block[at..Math.Min(at + FrameHeader.MaxPayload, block.Length)];
            Add(at == 0 ? FrameType.Headers : FrameType.Continuation, at + part.Length == block.Length ? FrameFlags.EndHeaders : FrameFlags.None, stream, part);
        }
    }

    /// <summary>Bytes that are no frame: the preface.</summary>
    public void AddRaw(ReadOnlySpan<byte> bytes) => _pending.Write(bytes);

    /// <summary>Sends what has gathered, unless a write is on its way, which takes it along. Never called under the lock.</summary>
    public void Flush()
    {
        bool begin;
        lock (gate)
        {
            begin = !_isWriting && !_isClosed && _pending.WrittenCount > 0;
            _isWriting |= begin;
        }

        if (begin)
        {
            _ = DrainAsync();
        }
        else if (_isTooMuch)
        {
            broken(new Http2Exception(Http2Error.EnhanceYourCalm, "the client asks and does not read the answers"));
        }
    }

    /// <summary>Writes nothing more; completes when no write is on its way, so that the wire may be taken away.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            _isClosed = true;
            return _isWriting ? (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    private async Task DrainAsync()
    {
        try
        {
            while (true)
            {
                lock (gate)
                {
                    if (_pending.WrittenCount == 0 || _isClosed)
                    {
                        _isWriting = false;
                        _idle?.TrySetResult();
                        return;
                    }

                    (_pending, _leaving) = (_leaving, _pending);
                    written();
                }

                await wire.WriteAsync(_leaving.WrittenMemory, stop).ConfigureAwait(false);
                _leaving.ResetWrittenCount();
            }
        }
        catch (Exception e)
        {
            // Whatever it is, nothing can be sent any more: the connection ends with it, and every call is told.
            broken(e);
            lock (gate)
            {
                _isWriting = false;
                _isClosed = true;
                _idle?.TrySetResult();
            }
        }
    }
}
