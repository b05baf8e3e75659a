using System.Buffers;
using System.Buffers.Binary;
using Corten.EngineApi.Http2;

namespace Corten.Client.Http2;

/// <summary>
/// HTTP/2 (RFC 9113) over a connection that stopped speaking HTTP/1.1, in either role: with an engine we are the client of its build service, and the server
/// of our own files, over connections that we opened both. Calls block; one thread reads, whoever has something to send writes.
/// </summary>
public sealed class Http2Connection : IDisposable
{
    private const int StreamWindow = 4 << 20;
    private const int ConnectionWindow = 16 << 20;
    private const int DefaultWindow = 65_535;
    private const int MaxStreams = 1000;

    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Stream wire;
    private readonly Action abort;
    private readonly Action<Http2Stream>? accept;
    private readonly HeaderBlock headers = new();
    private readonly Dictionary<int, Http2Stream> streams = [];
    private readonly Lock writing = new();
    private readonly object state = new();
    private readonly Thread reader;
    private long sendWindow = DefaultWindow;
    private int initialSendWindow = DefaultWindow;
    private int consumed;
    private int lastStream = -1;
    private bool over;
    private bool disposed;

    /// <param name="wire">Carries HTTP/2 from now on; owned.</param>
    /// <param name="abort">Ends reads and writes that wait on the wire.</param>
    /// <param name="accept">Serves a call of the other side, on a thread of its own; null for a client, which nobody calls.</param>
    public Http2Connection(Stream wire, Action abort, Action<Http2Stream>? accept = null)
    {
        (this.wire, this.abort, this.accept) = (wire, abort, accept);
        if (accept is null)
        {
            wire.Write(Preface);
        }
        var settings = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(settings, (ushort)Setting.MaxConcurrentStreams);
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), MaxStreams);
        BinaryPrimitives.WriteUInt16BigEndian(settings.AsSpan(6), (ushort)Setting.InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(8), StreamWindow);
        Send(FrameType.Settings, 0, 0, settings);
        SendWindow(0, ConnectionWindow - DefaultWindow);
        reader = new Thread(Run) { IsBackground = true, Name = "http2" };
        reader.Start();
    }

    internal bool IsServer => accept is not null;

    /// <summary>Begins a call.</summary>
    public Http2Stream Open(IReadOnlyList<Header> request)
    {
        // Numbers must appear on the wire in order.
        lock (writing)
        {
            Http2Stream stream;
            lock (state)
            {
                ThrowIfOver();
                lastStream += 2;
                streams[lastStream] = stream = new Http2Stream(this, lastStream, initialSendWindow);
            }
            SendHeaders(stream.Id, request, end: false);
            return stream;
        }
    }

    public void Dispose()
    {
        lock (state)
        {
            if (disposed)
            {
                return;
            }
            disposed = true;
        }
        abort();
        reader.Join();
        wire.Dispose();
    }

    internal void SendHeaders(int stream, IReadOnlyList<Header> list, bool end)
    {
        var buffer = new ArrayBufferWriter<byte>();
        HeaderBlock.Write(buffer, list);
        var block = buffer.WrittenSpan;
        lock (writing)
        {
            for (var at = 0; at == 0 || at < block.Length; at += FrameHeader.MaxPayload)
            {
                var part = block[at..Math.Min(at + FrameHeader.MaxPayload, block.Length)];
                var flags = (at + part.Length == block.Length ? FrameFlags.EndHeaders : 0) | (at == 0 && end ? FrameFlags.EndStream : 0);
                Send(at == 0 ? FrameType.Headers : FrameType.Continuation, flags, stream, part);
            }
        }
    }

    /// <summary>Sends data as far as the other side has room, and waits for more room.</summary>
    internal void SendData(Http2Stream stream, ReadOnlySpan<byte> data, bool end)
    {
        do
        {
            int count;
            lock (state)
            {
                while (data.Length > 0 && !over && !stream.IsReset && (sendWindow <= 0 || stream.SendWindow <= 0))
                {
                    Monitor.Wait(state);
                }
                ThrowIfOver();
                stream.ThrowIfReset();
                count = (int)Math.Min(Math.Min(data.Length, FrameHeader.MaxPayload), data.Length == 0 ? 0 : Math.Min(sendWindow, stream.SendWindow));
                sendWindow -= count;
                stream.SendWindow -= count;
            }
            Send(FrameType.Data, end && count == data.Length ? FrameFlags.EndStream : 0, stream.Id, data[..count]);
            data = data[count..];
        }
        while (!data.IsEmpty);
    }

    /// <summary>Tells the other side that there is room again, once it is worth a frame.</summary>
    internal void Consumed(Http2Stream stream, int count)
    {
        int whole = 0, own = 0;
        lock (state)
        {
            consumed += count;
            stream.Consumed += count;
            if (consumed > ConnectionWindow / 4)
            {
                (whole, consumed) = (consumed, 0);
            }
            if (stream.Consumed > StreamWindow / 4 && !stream.IsEnded)
            {
                (own, stream.Consumed) = (stream.Consumed, 0);
            }
        }
        SendWindow(0, whole);
        SendWindow(stream.Id, own);
    }

    internal void Reset(int stream, int code)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, code);
        try
        {
            Send(FrameType.Reset, 0, stream, payload);
        }
        catch (IOException)
        {
            // The connection is gone, and every call with it.
        }
        Forget(stream);
    }

    internal void Forget(int stream)
    {
        lock (state)
        {
            streams.Remove(stream);
        }
    }

    private void Run()
    {
        try
        {
            if (accept is not null)
            {
                var preface = new byte[Preface.Length];
                wire.ReadExactly(preface);
                if (!preface.AsSpan().SequenceEqual(Preface))
                {
                    throw new InvalidDataException("the other side does not speak HTTP/2");
                }
            }
            var head = new byte[FrameHeader.Size];
            var payload = new byte[FrameHeader.MaxPayload];
            MemoryStream? block = null;
            var (blockStream, blockEnds) = (0, false);
            while (wire.ReadAtLeast(head, FrameHeader.Size, throwOnEndOfStream: false) == FrameHeader.Size)
            {
                var frame = FrameHeader.Read(head);
                if (frame.Length > FrameHeader.MaxPayload)
                {
                    throw new InvalidDataException("a frame is larger than was allowed");
                }
                wire.ReadExactly(payload, 0, frame.Length);
                if (frame.Type is FrameType.Headers or FrameType.Continuation)
                {
                    if (frame.Type == FrameType.Headers)
                    {
                        (block, blockStream, blockEnds) = (new MemoryStream(), frame.Stream, frame.Has(FrameFlags.EndStream));
                    }
                    block?.Write(frame.Unpadded(payload.AsSpan(0, frame.Length)));
                    if (block?.Length > HeaderBlock.MaxBlock)
                    {
                        throw new InvalidDataException("a header block is too large");
                    }
                    if (frame.Has(FrameFlags.EndHeaders) && block is not null)
                    {
                        Receive(blockStream, headers.Read(block.GetBuffer().AsSpan(0, (int)block.Length)), blockEnds);
                        block = null;
                    }
                    continue;
                }
                Receive(frame, payload.AsSpan(0, frame.Length));
            }
            End(new IOException("the connection to the engine ended"));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            End(disposed ? new OperationCanceledException() : e);
        }
    }

    private void Receive(int id, List<Header> list, bool ends)
    {
        Http2Stream? stream;
        var begins = false;
        lock (state)
        {
            if (!streams.TryGetValue(id, out stream) && accept is not null && id > lastStream)
            {
                lastStream = id;
                streams[id] = stream = new Http2Stream(this, id, initialSendWindow);
                begins = true;
            }
        }
        stream?.Receive(list, ends);
        if (begins)
        {
            new Thread(() => accept!(stream!)) { IsBackground = true, Name = "http2 call" }.Start();
        }
    }

    private void Receive(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Http2Stream? stream;
        lock (state)
        {
            streams.TryGetValue(frame.Stream, out stream);
        }
        switch (frame.Type)
        {
            case FrameType.Data:
                if (stream is null)
                {
                    // Of a call that was given up; its room is handed back.
                    SendWindow(0, payload.Length);
                    break;
                }
                stream.Receive(frame.Unpadded(payload), payload.Length, frame.Has(FrameFlags.EndStream));
                break;
            case FrameType.Reset:
                stream?.Fail(new IOException("the call was given up by the other side"));
                Wake();
                break;
            case FrameType.Settings when !frame.Has(FrameFlags.Acknowledge):
                Apply(payload);
                Send(FrameType.Settings, FrameFlags.Acknowledge, 0, []);
                break;
            case FrameType.Ping when !frame.Has(FrameFlags.Acknowledge):
                Send(FrameType.Ping, FrameFlags.Acknowledge, 0, payload);
                break;
            case FrameType.WindowUpdate when payload.Length == 4:
                Grow(stream, frame.Stream, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
        }
    }

    private void Apply(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            if ((Setting)BinaryPrimitives.ReadUInt16BigEndian(settings) == Setting.InitialWindowSize)
            {
                var window = BinaryPrimitives.ReadInt32BigEndian(settings[2..]);
                lock (state)
                {
                    foreach (var stream in streams.Values)
                    {
                        stream.SendWindow += window - initialSendWindow;
                    }
                    initialSendWindow = window;
                    Monitor.PulseAll(state);
                }
            }
        }
    }

    private void Grow(Http2Stream? stream, int id, int count)
    {
        lock (state)
        {
            if (id == 0)
            {
                sendWindow += count;
            }
            else if (stream is not null)
            {
                stream.SendWindow += count;
            }
            Monitor.PulseAll(state);
        }
    }

    private void Wake()
    {
        lock (state)
        {
            Monitor.PulseAll(state);
        }
    }

    private void End(Exception reason)
    {
        Http2Stream[] left;
        lock (state)
        {
            over = true;
            left = [.. streams.Values];
            streams.Clear();
            Monitor.PulseAll(state);
        }
        foreach (var stream in left)
        {
            stream.Fail(reason);
        }
    }

    private void ThrowIfOver()
    {
        if (over)
        {
            throw new IOException("the connection to the engine ended");
        }
    }

    private void SendWindow(int stream, int count)
    {
        if (count > 0)
        {
            Span<byte> payload = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(payload, count);
            Send(FrameType.WindowUpdate, 0, stream, payload);
        }
    }

    private void Send(FrameType type, FrameFlags flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, stream).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        lock (writing)
        {
            wire.Write(frame);
        }
    }
}
