using System.Buffers.Binary;
using System.Net.WebSockets;
using Corten.EngineApi.Streams;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary>A web socket as a stream: what is written goes out as binary messages, without the frames that it may come in.</summary>
internal sealed class WebSocketStream(WebSocket socket, bool framed) : AsynchronousStream
{
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private int _headerLength;
    private int _payloadLeft;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return 0;
                }

                if (received.Count > 0)
                {
                    return received.Count;
                }
            }
        }
        catch (WebSocketException)
        {
            return 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (buffer.Length > 0)
            {
                var payload = Next(ref buffer);
                if (payload.Length > 0)
                {
                    await socket.SendAsync(payload, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (WebSocketException e)
        {
            throw new IOException("the client has closed the connection", e);
        }
    }

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes the next run of payload off the front; empty while only a frame's header was there.</summary>
    private ReadOnlyMemory<byte> Next(ref ReadOnlyMemory<byte> buffer)
    {
        if (framed && _payloadLeft == 0)
        {
            var missing = Math.Min(FrameHeader.Size - _headerLength, buffer.Length);
            buffer.Span[..missing].CopyTo(_header.AsSpan(_headerLength));
            buffer = buffer[missing..];
            _headerLength += missing;
            if (_headerLength == FrameHeader.Size)
            {
                _payloadLeft = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(4));
                _headerLength = 0;
            }

            return default;
        }

        var length = framed ? Math.Min(_payloadLeft, buffer.Length) : buffer.Length;
        var payload = buffer[..length];
        buffer = buffer[length..];
        _payloadLeft -= framed ? length : 0;
        return payload;
    }
}
