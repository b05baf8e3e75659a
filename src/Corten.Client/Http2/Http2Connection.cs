using System.Buffers.Binary;

namespace Corten.Client.Http2;

/// <summary>
/// HTTP/2 (RFC 9113) over a connection that stopped speaking HTTP/1.1, in either role: with an engine we are the client of its build service, and the server
/// of our own files, over connections that we opened both. Calls block; one thread reads, whoever has something to send writes.
/// </summary>
public sealed class Http2Connection : IDisposable
{
    private const int FrameHeader = 9;
    private const int MaxFrame = 16 << 10;
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
        BinaryPrimitives.WriteUInt16BigEndian(settings, 0x3); // SETTINGS_MAX_CONCURRENT_STREAMS
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), MaxStreams);
        BinaryPrimitives.WriteUInt16BigEndian(settings.AsSpan(6), 0x4); // SETTINGS_INITIAL_WINDOW_SIZE
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
        var block = HeaderBlock.Write(list);
        lock (writing)
        {
            for (var at = 0; at == 0 || at < block.Length; at += MaxFrame)
            {
                var part = block.AsSpan(at, Math.Min(MaxFrame, block.Length - at));
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
                count = (int)Math.Min(Math.Min(data.Length, MaxFrame), data.Length == 0 ? 0 : Math.Min(sendWindow, stream.SendWindow));
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
            var header = new byte[FrameHeader];
            var payload = new byte[MaxFrame];
            MemoryStream? block = null;
            var (blockStream, blockEnds) = (0, false);
            while (wire.ReadAtLeast(header, FrameHeader, throwOnEndOfStream: false) == FrameHeader)
            {
                var length = (header[0] << 16) | (header[1] << 8) | header[2];
                var (type, flags, id) = ((FrameType)header[3], (FrameFlags)header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue);
                if (length > MaxFrame)
                {
                    throw new InvalidDataException("a frame is larger than was allowed");
                }
                wire.ReadExactly(payload, 0, length);
                if (type is FrameType.Headers or FrameType.Continuation)
                {
                    if (type == FrameType.Headers)
                    {
                        (block, blockStream, blockEnds) = (new MemoryStream(), id, flags.HasFlag(FrameFlags.EndStream));
                    }
                    block?.Write(Unpadded(type, flags, payload.AsSpan(0, length)));
                    if (flags.HasFlag(FrameFlags.EndHeaders) && block is not null)
                    {
                        Receive(blockStream, headers.Read(block.GetBuffer().AsSpan(0, (int)block.Length)), blockEnds);
                        block = null;
                    }
                    continue;
                }
                Receive(type, flags, id, payload.AsSpan(0, length));
            }
            End(new IOException("the connection to the engine ended"));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            End(disposed ? new OperationCanceledException() : e);
        }
    }

    /// <summary>Takes padding and priority away (RFC 9113, 6.1 and 6.2).</summary>
    private static ReadOnlySpan<byte> Unpadded(FrameType type, FrameFlags flags, ReadOnlySpan<byte> payload)
    {
        var (from, padding) = (0, 0);
        if (type != FrameType.Continuation && flags.HasFlag(FrameFlags.Padded) && payload.Length > 0)
        {
            (from, padding) = (1, payload[0]);
        }
        from += type == FrameType.Headers && flags.HasFlag(FrameFlags.Priority) ? 5 : 0;
        return from + padding <= payload.Length ? payload[from..^padding] : throw new InvalidDataException("a frame's padding is longer than the frame");
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

    private void Receive(FrameType type, FrameFlags flags, int id, ReadOnlySpan<byte> payload)
    {
        Http2Stream? stream;
        lock (state)
        {
            streams.TryGetValue(id, out stream);
        }
        switch (type)
        {
            case FrameType.Data:
                if (stream is null)
                {
                    // Of a call that was given up; its room is handed back.
                    SendWindow(0, payload.Length);
                    break;
                }
                stream.Receive(Unpadded(type, flags, payload), payload.Length, flags.HasFlag(FrameFlags.EndStream));
                break;
            case FrameType.Reset:
                stream?.Fail(new IOException("the call was given up by the other side"));
                Wake();
                break;
            case FrameType.Settings when !flags.HasFlag(FrameFlags.Acknowledge):
                Apply(payload);
                Send(FrameType.Settings, FrameFlags.Acknowledge, 0, []);
                break;
            case FrameType.Ping when !flags.HasFlag(FrameFlags.Acknowledge):
                Send(FrameType.Ping, FrameFlags.Acknowledge, 0, payload);
                break;
            case FrameType.WindowUpdate when payload.Length == 4:
                Grow(stream, id, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
        }
    }

    private void Apply(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings) == 0x4)
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
        var frame = new byte[FrameHeader + payload.Length];
        (frame[0], frame[1], frame[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        (frame[3], frame[4]) = ((byte)type, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHeader));
        lock (writing)
        {
            wire.Write(frame);
        }
    }

    private enum FrameType : byte
    {
        Data = 0,
        Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        GoAway = 7,
        WindowUpdate = 8,
        Continuation = 9,
    }

    [Flags]
    private enum FrameFlags : byte
    {
        EndStream = 0x1,
        Acknowledge = 0x1,
        EndHeaders = 0x4,
        Padded = 0x8,
        Priority = 0x20,
    }
}
