using System.Buffers;
using Corten.EngineApi.Http2;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>What the frames that come in are given to, one after the other.</summary>
internal interface IFrameSink
{
    /// <summary>All headers of one block.</summary>
    void OnHeaders(int stream, List<Header> headers, bool ends);

    /// <summary>Any other frame of a type that RFC 9113 knows, its length unchecked.</summary>
    void OnFrame(in FrameHeader frame, ReadOnlySpan<byte> payload);

    /// <summary>Every frame that had arrived was given; a read follows.</summary>
    void OnBatch();
}

/// <summary>
/// Takes frames apart: many a read where they are small. Answers for what concerns their order (the first one, blocks that nothing may come in between of) and for
/// their size; what they mean is the sink's.
/// </summary>
internal sealed class FrameReader(Stream wire, IFrameSink sink)
{
    private const int BufferSize = 64 << 10;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly HeaderBlock _table = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private FrameHeader _blockBegan;
    private int _blockCost;
    private bool _inBlock;
    private bool _begun;

    /// <summary>Reads until the other side ends.</summary>
    /// <exception cref="Http2Exception">It does not keep to the protocol.</exception>
    /// <exception cref="EndOfStreamException">It ended within a frame.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var filled = 0;
        while (await wire.ReadAsync(_buffer.AsMemory(filled), stop).ConfigureAwait(false) is > 0 and var count)
        {
            filled += count;
            var taken = TakeAll(_buffer.AsSpan(0, filled));
            sink.OnBatch();
            _buffer.AsSpan(taken, filled - taken).CopyTo(_buffer);
            filled -= taken;
        }

        if (filled > 0 || _inBlock)
        {
            throw new EndOfStreamException("the connection ended within a frame");
        }
    }

    private int TakeAll(ReadOnlySpan<byte> arrived)
    {
        var taken = 0;
        while (arrived.Length - taken >= FrameHeader.Size)
        {
            var frame = FrameHeader.Read(arrived[taken..]);
            if (frame.Length > FrameHeader.MaxPayload)
            {
                throw new Http2Exception(Http2Error.FrameSize, "a frame is larger than was allowed");
            }

            var end = taken + FrameHeader.Size + frame.Length;
            if (end > arrived.Length)
            {
                break;
            }

            Take(frame, arrived[(taken + FrameHeader.Size)..end]);
            taken = end;
        }

        return taken;
    }

    private void Take(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (!_begun && (frame.Type != FrameType.Settings || frame.Has(FrameFlags.Acknowledge)))
        {
            throw new Http2Exception(Http2Error.Protocol, "the client does not begin with its settings");
        }

        _begun = true;
        if (_inBlock != (frame.Type == FrameType.Continuation) || (_inBlock && frame.Stream != _blockBegan.Stream))
        {
            throw new Http2Exception(Http2Error.Protocol, _inBlock ? "another frame within a header block" : "a continuation of nothing");
        }

        switch (frame.Type)
        {
            case FrameType.Headers:
                (_blockBegan, _blockCost) = (frame, 0);
                _block.ResetWrittenCount();
                Gather(frame, Content(frame, payload));
                break;
            case FrameType.Continuation:
                Gather(frame, payload);
                break;
            case <= FrameType.Continuation:
                sink.OnFrame(frame, frame.Type == FrameType.Data ? Content(frame, payload) : payload);
                break;
        }
    }

    /// <summary>A frame counts also by itself: a block of ever more empty frames ends too.</summary>
    private void Gather(in FrameHeader frame, ReadOnlySpan<byte> part)
    {
        _blockCost += FrameHeader.Size + part.Length;
        if (_blockCost > HeaderBlock.MaxBlock)
        {
            throw new Http2Exception(Http2Error.EnhanceYourCalm, "a header block is too large");
        }

        _block.Write(part);
        _inBlock = !frame.Has(FrameFlags.EndHeaders);
        if (!_inBlock)
        {
            sink.OnHeaders(_blockBegan.Stream, Decode(), _blockBegan.Has(FrameFlags.EndStream));
        }
    }

    private List<Header> Decode()
    {
        try
        {
            return _table.Read(_block.WrittenSpan);
        }
        catch (InvalidDataException e)
        {
            throw new Http2Exception(Http2Error.Compression, e.Message);
        }
    }

    private static ReadOnlySpan<byte> Content(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        try
        {
            return frame.Unpadded(payload);
        }
        catch (InvalidDataException e)
        {
            throw new Http2Exception(Http2Error.Protocol, e.Message);
        }
    }
}
