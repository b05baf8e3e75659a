using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Corten.Build.BuildKit.Sessions.Calls;
using Corten.Build.BuildKit.Sessions.Http2;
using Corten.EngineApi.Http2;
using Corten.EngineApi.Streams;
using Grpc.Core;
using FrameHeader = Corten.EngineApi.Http2.FrameHeader;

namespace Corten.Build.Tests.Sessions;

/// <summary>The other end of a session's connection: frames by hand.</summary>
internal sealed class SessionPeer : IAsyncDisposable
{
    private const int PrefaceLength = 24;

    public static readonly Method<byte[], byte[]> Echo = MethodOf(MethodType.DuplexStreaming, "Echo");
    public static readonly Method<byte[], byte[]> Ask = MethodOf(MethodType.Unary, "Ask");

    private readonly Pipe _toClient;
    private readonly Pipe _fromClient;
    private readonly HeaderBlock _table = new();
    private bool _begun;

    /// <param name="room">Bytes that either side can write before the other reads them.</param>
    public SessionPeer(int room = 64 << 20)
    {
        var options = new PipeOptions(pauseWriterThreshold: room, resumeWriterThreshold: room / 2, useSynchronizationContext: false);
        (_toClient, _fromClient) = (new Pipe(options), new Pipe(options));
        Client = new Http2Client(new Wire(_toClient.Reader, _fromClient.Writer));
        Invoker = new SessionInvoker(Client);
    }

    public Http2Client Client { get; }

    public CallInvoker Invoker { get; }

    /// <summary>A test that hangs fails instead.</summary>
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public AsyncDuplexStreamingCall<byte[], byte[]> Begin(CancellationToken cancellation = default, Metadata? headers = null) =>
        Invoker.AsyncDuplexStreamingCall(Echo, null, new CallOptions(headers, cancellationToken: cancellation));

    public Task<byte[]> AskAsync(byte[] request, CancellationToken cancellation = default, Metadata? headers = null) =>
        Invoker.AsyncUnaryCall(Ask, null, new CallOptions(headers, cancellationToken: cancellation), request).ResponseAsync;

    /// <summary>Sends the settings that every server begins with.</summary>
    public Task GreetAsync(params (Setting, uint)[] settings) => SendAsync(FrameType.Settings, 0, 0, PeerSettings.Write(settings));

    public Task SendAsync(FrameType type, FrameFlags flags, int stream, params byte[] payload) => WriteAsync(Frame(type, flags, stream, payload));

    public Task SendNumberAsync(FrameType type, int stream, int number) => SendAsync(type, 0, stream, Number(number));

    public Task AnswerAsync(int stream) => SendAsync(FrameType.Headers, FrameFlags.EndHeaders, stream, Block(new(":status", "200"), new("content-type", "application/grpc")));

    public Task FinishAsync(int stream, string status = "0", params Header[] more) =>
        SendAsync(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, stream, Block([new("grpc-status", status), .. more]));

    /// <summary>Raw bytes, all at once.</summary>
    public async Task WriteAsync(byte[] bytes) => await _toClient.Writer.WriteAsync(bytes, Patience);

    /// <summary>The connection ends.</summary>
    public void Close() => _toClient.Writer.Complete();

    /// <summary>The next frame, whatever it is; null at the end.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)?> ReadAsync()
    {
        if (!_begun)
        {
            _begun = true;
            Assert.StartsWith("PRI * HTTP/2.0", System.Text.Encoding.ASCII.GetString((await TakeAsync(PrefaceLength))!));
        }

        return await TakeAsync(FrameHeader.Size) is { } head && FrameHeader.Read(head) is var frame ? (frame, frame.Length == 0 ? [] : (await TakeAsync(frame.Length))!) : null;
    }

    /// <summary>The next frame of a type; others are skipped.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReadAsync(FrameType type)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Header.Type == type)
            {
                return frame;
            }
        }

        throw new EndOfStreamException($"the client ended without {type}");
    }

    public async Task<IReadOnlyList<Header>> ReadHeadersAsync() => _table.Read((await ReadAsync(FrameType.Headers)).Payload);

    public static byte[] Frame(FrameType type, FrameFlags flags, int stream, params byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, stream).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public static byte[] Block(params Header[] headers)
    {
        var block = new ArrayBufferWriter<byte>();
        HeaderBlock.Write(block, headers);
        return block.WrittenSpan.ToArray();
    }

    /// <summary>As gRPC frames it.</summary>
    public static byte[] Message(params byte[] content) => [0, .. Number(content.Length), .. content];

    public static byte[] Number(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _toClient.Writer.CompleteAsync();
        await _fromClient.Reader.CompleteAsync();
    }

    private static Method<byte[], byte[]> MethodOf(MethodType type, string name)
    {
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        return new Method<byte[], byte[]>(type, "test.Service", name, bytes, bytes);
    }

    private async Task<byte[]?> TakeAsync(int count)
    {
        var result = await _fromClient.Reader.ReadAtLeastAsync(count, Patience);
        if (result.Buffer.Length < count)
        {
            return null;
        }

        var bytes = result.Buffer.Slice(0, count).ToArray();
        _fromClient.Reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    private sealed class Wire(PipeReader input, PipeWriter output) : AsynchronousStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var result = await input.ReadAsync(cancellationToken);
            var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
            var taken = result.Buffer.Slice(0, count);
            taken.CopyTo(buffer.Span);
            input.AdvanceTo(taken.End);
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await output.WriteAsync(buffer, cancellationToken);
    }
}
