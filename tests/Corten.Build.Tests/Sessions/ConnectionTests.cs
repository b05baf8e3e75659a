using System.Buffers.Binary;
using Corten.EngineApi.Http2;
using CsCheck;
using Grpc.Core;

namespace Corten.Build.Tests.Sessions;

/// <summary>A session's connection: how it ends, and one who does not keep to the protocol.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)] // within a frame
    public async Task Every_call_ends_with_the_connection_and_later_ones_fail_at_once(int more)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        Task[] waiting = [call.ResponseStream.MoveNext(CancellationToken.None), peer.AskAsync([1]), peer.Begin().ResponseHeadersAsync];
        await peer.WriteAsync(new byte[more]);
        peer.Close();
        foreach (var task in waiting)
        {
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => task.WaitAsync(SessionPeer.Patience))).StatusCode);
        }

        await peer.Client.Ended.WaitAsync(SessionPeer.Patience);
        var late = peer.AskAsync([1]);
        Assert.True(late.IsCompleted);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => late)).StatusCode);
    }

    [Fact]
    public async Task Whoever_disposes_of_it_ends_every_call()
    {
        var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        var waiting = call.ResponseStream.MoveNext(CancellationToken.None);
        await peer.DisposeAsync();
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => waiting)).StatusCode);
    }

    /// <summary>A farewell: what it will still serve goes on, the rest fails, and nothing new begins.</summary>
    [Fact]
    public async Task Only_calls_that_will_be_served_outlive_a_farewell()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var (first, second) = (peer.AskAsync([1]), peer.AskAsync([2]));
        await peer.SendAsync(FrameType.GoAway, 0, 0, [.. SessionPeer.Number(1), .. SessionPeer.Number((int)Http2Error.EnhanceYourCalm)]);
        var failure = await Assert.ThrowsAsync<RpcException>(() => second.WaitAsync(SessionPeer.Patience));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains("EnhanceYourCalm", failure.Status.Detail);
        await Assert.ThrowsAsync<RpcException>(() => peer.AskAsync([3]).WaitAsync(SessionPeer.Patience));
        Assert.False(first.IsCompleted);
        await peer.AnswerAsync(1);
        await peer.SendAsync(FrameType.Data, 0, 1, SessionPeer.Message(4));
        await peer.FinishAsync(1);
        Assert.Equal([4], await first.WaitAsync(SessionPeer.Patience));
        await peer.Client.Ended.WaitAsync(SessionPeer.Patience);
    }

    [Fact]
    public async Task No_more_calls_at_a_time_than_the_other_side_serves()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync((Setting.MaxConcurrentStreams, 1));
        await peer.ReadAsync(FrameType.Settings);
        await peer.ReadAsync(FrameType.Settings);
        var (first, second, third) = (peer.AskAsync([1]), peer.Begin(), peer.AskAsync([3]));
        second.Dispose();
        await peer.ReadHeadersAsync();
        await peer.FinishAsync(1, "5");
        await Assert.ThrowsAsync<RpcException>(() => first.WaitAsync(SessionPeer.Patience));
        Assert.Contains(new Header(":path", "/test.Service/Ask"), await peer.ReadHeadersAsync());
        await peer.FinishAsync(3, "5");
        await Assert.ThrowsAsync<RpcException>(() => third.WaitAsync(SessionPeer.Patience));
    }

    [Fact]
    public async Task Pings_are_answered_and_none_is_sent()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        await peer.SendAsync(FrameType.Ping, FrameFlags.Acknowledge, 0, new byte[8]);
        await peer.SendAsync(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        var (header, payload) = await peer.ReadAsync(FrameType.Ping);
        Assert.True(header.Has(FrameFlags.Acknowledge));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], payload);
    }

    /// <summary>Type, flags, stream, payload; the client has opened stream 1.</summary>
    [Theory]
    [InlineData(FrameType.Data, 0, 0, "", Http2Error.Protocol)]
    [InlineData(FrameType.Data, 0, 2, "", Http2Error.Protocol)] // not a client's number
    [InlineData(FrameType.Data, 0, 3, "", Http2Error.Protocol)] // never opened
    [InlineData(FrameType.Data, 8, 1, "05000000", Http2Error.Protocol)] // more padding than payload
    [InlineData(FrameType.Data, 8, 1, "", Http2Error.Protocol)]
    [InlineData(FrameType.Headers, 4, 3, "88", Http2Error.Protocol)]
    [InlineData(FrameType.Headers, 4, 1, "ff8000", Http2Error.Compression)]
    [InlineData(FrameType.Headers, 0x24, 1, "0000", Http2Error.Protocol)] // a priority that is cut off
    [InlineData(FrameType.Priority, 0, 0, "0000000000", Http2Error.Protocol)]
    [InlineData(FrameType.Reset, 0, 1, "000000", Http2Error.FrameSize)]
    [InlineData(FrameType.Reset, 0, 3, "00000000", Http2Error.Protocol)]
    [InlineData(FrameType.Settings, 0, 1, "", Http2Error.Protocol)]
    [InlineData(FrameType.Settings, 0, 0, "0004", Http2Error.FrameSize)]
    [InlineData(FrameType.Settings, 1, 0, "000400000000", Http2Error.FrameSize)]
    [InlineData(FrameType.Settings, 0, 0, "000480000000", Http2Error.FlowControl)]
    [InlineData(FrameType.Settings, 0, 0, "000500000001", Http2Error.Protocol)]
    [InlineData(FrameType.Settings, 0, 0, "000200000001", Http2Error.Protocol)]
    [InlineData(FrameType.PushPromise, 4, 1, "00000002", Http2Error.Protocol)]
    [InlineData(FrameType.Ping, 0, 0, "00", Http2Error.FrameSize)]
    [InlineData(FrameType.Ping, 0, 1, "0000000000000000", Http2Error.Protocol)]
    [InlineData(FrameType.GoAway, 0, 0, "00000000", Http2Error.FrameSize)]
    [InlineData(FrameType.GoAway, 0, 1, "0000000000000000", Http2Error.Protocol)]
    [InlineData(FrameType.WindowUpdate, 0, 0, "00000000", Http2Error.Protocol)]
    [InlineData(FrameType.WindowUpdate, 0, 0, "7fffffff", Http2Error.FlowControl)]
    [InlineData(FrameType.WindowUpdate, 0, 0, "0000", Http2Error.FrameSize)]
    [InlineData(FrameType.WindowUpdate, 0, 3, "00000001", Http2Error.Protocol)]
    [InlineData(FrameType.Continuation, 4, 1, "88", Http2Error.Protocol)]
    public async Task A_frame_that_must_not_be_ends_the_connection(FrameType type, int flags, int stream, string payload, Http2Error error)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var asking = peer.AskAsync([]);
        await peer.SendAsync(type, (FrameFlags)flags, stream, Convert.FromHexString(payload));
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => asking.WaitAsync(SessionPeer.Patience))).StatusCode);
        Assert.Equal((int)error, BinaryPrimitives.ReadInt32BigEndian((await peer.ReadAsync(FrameType.GoAway)).Payload.AsSpan(4)));
    }

    /// <summary>What concerns one call ends that one.</summary>
    [Theory]
    [InlineData(FrameType.WindowUpdate, 0, "00000000", Http2Error.Protocol)]
    [InlineData(FrameType.WindowUpdate, 0, "7fffffff", Http2Error.FlowControl)]
    [InlineData(FrameType.Data, 0, "00", Http2Error.Protocol)] // before the headers
    public async Task A_frame_that_must_not_be_in_a_call_ends_the_call(FrameType type, int flags, string payload, Http2Error error)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var asking = peer.AskAsync([]);
        await peer.SendAsync(type, (FrameFlags)flags, 1, Convert.FromHexString(payload));
        Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => asking.WaitAsync(SessionPeer.Patience))).StatusCode);
        Assert.Equal(SessionPeer.Number((int)error), (await peer.ReadAsync(FrameType.Reset)).Payload);
        Assert.False(peer.Client.Ended.IsCompleted);
    }

    [Fact]
    public async Task One_who_does_not_begin_with_settings_is_refused()
    {
        await using var peer = new SessionPeer();
        await peer.SendAsync(FrameType.Ping, 0, 0, new byte[8]);
        Assert.Equal((int)Http2Error.Protocol, BinaryPrimitives.ReadInt32BigEndian((await peer.ReadAsync(FrameType.GoAway)).Payload.AsSpan(4)));
    }

    [Fact]
    public async Task A_frame_within_a_header_block_is_refused()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.SendAsync(FrameType.Headers, 0, 1, 0x88);
        await peer.SendAsync(FrameType.Data, 0, 1);
        Assert.Equal((int)Http2Error.Protocol, BinaryPrimitives.ReadInt32BigEndian((await peer.ReadAsync(FrameType.GoAway)).Payload.AsSpan(4)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task A_header_block_without_end_is_cut_off(int length)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.SendAsync(FrameType.Headers, 0, 1, 0x88);
        var part = SessionPeer.Frame(FrameType.Continuation, 0, 1, new byte[length]);
        for (var sent = 0; sent <= 1 << 20; sent += part.Length)
        {
            await peer.WriteAsync(part);
        }

        Assert.Equal((int)Http2Error.EnhanceYourCalm, BinaryPrimitives.ReadInt32BigEndian((await peer.ReadAsync(FrameType.GoAway)).Payload.AsSpan(4)));
    }

    /// <summary>It asks and asks, and reads nothing: its answers are not kept for ever.</summary>
    [Fact]
    public async Task One_who_does_not_read_its_answers_is_cut_off()
    {
        await using var peer = new SessionPeer(room: 4 << 10);
        await peer.GreetAsync();
        var ping = SessionPeer.Frame(FrameType.Ping, 0, 0, new byte[8]);
        byte[] pings = [.. Enumerable.Repeat(ping, 1000).SelectMany(p => p)];
        for (var sent = 0; !peer.Client.Ended.IsCompleted; sent += pings.Length)
        {
            Assert.True(sent < 64 << 20);
            await Task.WhenAny(peer.WriteAsync(pings), peer.Client.Ended);
        }

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => peer.AskAsync([]))).StatusCode);
    }

    /// <summary>Whatever comes, every call ends, and with gRPC's failure.</summary>
    [Fact]
    public void Nothing_that_comes_leaves_a_call_waiting() => Gen.Select(
            Gen.Byte[0, 10], Gen.Byte[0, 48], Gen.Int[-1, 5], Gen.Byte.Array[0, 40], (type, flags, stream, payload) => SessionPeer.Frame((FrameType)type, (FrameFlags)flags, stream & int.MaxValue, payload))
        .Array[0, 30].Select(Gen.Byte.Array[0, 20], (frames, rest) => (Bytes: frames.SelectMany(f => f).Concat(rest).ToArray(), Frames: frames.Length))
        .SampleAsync(async sample =>
        {
            await using var peer = new SessionPeer();
            using var call = peer.Begin();
            var asking = peer.AskAsync([1]);
            await peer.GreetAsync();
            await peer.AnswerAsync(1);
            await peer.WriteAsync(sample.Bytes);
            peer.Close();
            try
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(SessionPeer.Patience))
                {
                    Assert.True(call.ResponseStream.Current.Length <= sample.Bytes.Length);
                }
            }
            catch (RpcException)
            {
                // As it should.
            }

            await Assert.ThrowsAsync<RpcException>(() => asking.WaitAsync(SessionPeer.Patience));
            await peer.Client.Ended.WaitAsync(SessionPeer.Patience);
        }, iter: 2000);
}
