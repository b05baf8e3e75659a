using System.Buffers.Binary;
using Corten.EngineApi.Http2;
using Grpc.Core;

namespace Corten.Build.Tests.Sessions;

/// <summary>Windows both ways (RFC 9113, 5.2 and 6.9).</summary>
public sealed class FlowControlTests
{
    private const int StreamWindow = 4 << 20;

    [Fact]
    public async Task Nothing_is_sent_beyond_the_windows()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync((Setting.InitialWindowSize, 10));
        await peer.ReadAsync(FrameType.Settings);
        await peer.ReadAsync(FrameType.Settings); // the acknowledgement
        using var call = peer.Begin();
        var content = new byte[95];
        new Random(1).NextBytes(content);
        var sending = call.RequestStream.WriteAsync(content);
        var arrived = new List<byte>();
        while (arrived.Count < 100)
        {
            var (_, payload) = await peer.ReadAsync(FrameType.Data);
            Assert.Equal(10, payload.Length);
            arrived.AddRange(payload);
            await peer.SendNumberAsync(FrameType.WindowUpdate, 1, 10);
        }

        await sending.WaitAsync(SessionPeer.Patience);
        Assert.Equal(SessionPeer.Message(content), arrived);
    }

    /// <summary>The connection's own window is that of all calls together.</summary>
    [Fact]
    public async Task The_connections_window_holds_too()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync((Setting.InitialWindowSize, 1 << 20));
        await peer.ReadAsync(FrameType.Settings);
        await peer.ReadAsync(FrameType.Settings);
        using var call = peer.Begin();
        var sending = call.RequestStream.WriteAsync(new byte[100_000 - 5]);
        var arrived = 0;
        while (arrived < 65_535)
        {
            arrived += (await peer.ReadAsync(FrameType.Data)).Payload.Length;
        }

        Assert.Equal(65_535, arrived);
        Assert.False(sending.IsCompleted);
        await peer.SendNumberAsync(FrameType.WindowUpdate, 0, 100_000);
        while (arrived < 100_000)
        {
            arrived += (await peer.ReadAsync(FrameType.Data)).Payload.Length;
        }

        await sending.WaitAsync(SessionPeer.Patience);
    }

    /// <summary>Room that was given can be taken back, below nothing; it counts from there.</summary>
    [Fact]
    public async Task A_window_may_become_negative()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync((Setting.InitialWindowSize, 100));
        await peer.ReadAsync(FrameType.Settings);
        await peer.ReadAsync(FrameType.Settings);
        using var call = peer.Begin();
        var sending = call.RequestStream.WriteAsync(new byte[195]);
        Assert.Equal(100, (await peer.ReadAsync(FrameType.Data)).Payload.Length);
        await peer.GreetAsync((Setting.InitialWindowSize, 20));
        await peer.SendNumberAsync(FrameType.WindowUpdate, 1, 80);
        await peer.SendAsync(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        // What was sent before the answer to this is all that could be.
        for (var frame = await peer.ReadAsync(); frame!.Value.Header.Type != FrameType.Ping; frame = await peer.ReadAsync())
        {
            Assert.NotEqual(FrameType.Data, frame.Value.Header.Type);
        }

        await peer.SendNumberAsync(FrameType.WindowUpdate, 1, 100);
        Assert.Equal(100, (await peer.ReadAsync(FrameType.Data)).Payload.Length);
        await sending.WaitAsync(SessionPeer.Patience);
    }

    [Fact]
    public async Task Who_waits_for_room_is_told_when_the_call_ends()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync((Setting.InitialWindowSize, 0));
        await peer.ReadAsync(FrameType.Settings);
        await peer.ReadAsync(FrameType.Settings);
        using var reset = peer.Begin();
        using var stop = new CancellationTokenSource();
        using var stopped = peer.Begin();
        using var left = peer.Begin();
        Task[] sending = [reset.RequestStream.WriteAsync([1]), stopped.RequestStream.WriteAsync([1], stop.Token), left.RequestStream.WriteAsync([1])];
        Assert.DoesNotContain(sending, s => s.IsCompleted);
        await peer.SendNumberAsync(FrameType.Reset, 1, (int)Http2Error.RefusedStream);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => sending[0].WaitAsync(SessionPeer.Patience))).StatusCode);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => sending[1].WaitAsync(SessionPeer.Patience));
        peer.Close();
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => sending[2].WaitAsync(SessionPeer.Patience))).StatusCode);
    }

    /// <summary>Three times the call's window in one message, from one who keeps to it.</summary>
    [Fact]
    public async Task A_message_longer_than_the_window_arrives()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        var content = new byte[12 << 20];
        new Random(2).NextBytes(content);
        var receiving = call.ResponseStream.MoveNext(SessionPeer.Patience);
        await SendAsync(peer, 1, SessionPeer.Message(content));
        Assert.True(await receiving);
        Assert.True(content.AsSpan().SequenceEqual(call.ResponseStream.Current));
    }

    /// <summary>What nobody read of calls that were given up is not lost to the connection: many times its window goes through it.</summary>
    [Fact]
    public async Task Room_of_calls_that_were_given_up_comes_back()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var room = (16L << 20) - 65_535;
        for (var i = 0; i < 20; i++)
        {
            var call = peer.Begin();
            await peer.AnswerAsync((2 * i) + 1);
            for (var sent = 0; sent < StreamWindow; sent += FrameHeader.MaxPayload)
            {
                await peer.SendAsync(FrameType.Data, 0, (2 * i) + 1, new byte[FrameHeader.MaxPayload]);
            }

            call.Dispose();
        }

        await peer.SendAsync(FrameType.Ping, 0, 0, new byte[8]);
        var granted = 0L;
        for (var frame = await peer.ReadAsync(); frame!.Value.Header.Type != FrameType.Ping; frame = await peer.ReadAsync())
        {
            granted += frame.Value.Header is { Type: FrameType.WindowUpdate, Stream: 0 } ? BinaryPrimitives.ReadInt32BigEndian(frame.Value.Payload) : 0;
        }

        Assert.InRange(granted - room, (20L * StreamWindow) - (4 << 20), 20L * StreamWindow);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_there_is_room_for_ends_the_connection(bool padded)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        for (var sent = 0; sent <= StreamWindow; sent += FrameHeader.MaxPayload)
        {
            await peer.SendAsync(FrameType.Data, padded ? FrameFlags.Padded : 0, 1, new byte[FrameHeader.MaxPayload]);
        }

        Assert.Equal((int)Http2Error.FlowControl, BinaryPrimitives.ReadInt32BigEndian((await peer.ReadAsync(FrameType.GoAway)).Payload.AsSpan(4)));
    }

    /// <summary>Sends as far as the client has granted, and reads what it grants.</summary>
    private static async Task SendAsync(SessionPeer peer, int stream, byte[] data)
    {
        var (own, whole) = ((long)StreamWindow, 65_535L);
        for (var at = 0; at < data.Length;)
        {
            var count = (int)Math.Min(Math.Min(own, whole), Math.Min(FrameHeader.MaxPayload, data.Length - at));
            if (count == 0)
            {
                var (header, payload) = await peer.ReadAsync(FrameType.WindowUpdate);
                var more = BinaryPrimitives.ReadInt32BigEndian(payload);
                (own, whole) = header.Stream == 0 ? (own, whole + more) : (own + more, whole);
                continue;
            }

            await peer.SendAsync(FrameType.Data, 0, stream, data[at..(at + count)]);
            (at, own, whole) = (at + count, own - count, whole - count);
        }
    }
}
