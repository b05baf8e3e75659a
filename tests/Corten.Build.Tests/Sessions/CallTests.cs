using Corten.EngineApi.Http2;
using Grpc.Core;

namespace Corten.Build.Tests.Sessions;

/// <summary>gRPC's calls over a session's connection: what goes out, what comes in, how they end.</summary>
public sealed class CallTests
{
    [Fact]
    public async Task A_question_and_its_answer()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var asking = peer.AskAsync([1, 2, 3], default, new Metadata { { "followpaths", "a,b" }, { "followpaths", "größe" }, { "blob-bin", [255, 254] }, { "followpaths", "" } });
        var request = await peer.ReadHeadersAsync();
        Assert.Equal(["/test.Service/Ask"], Values(request, ":path"));
        Assert.Equal(["POST"], Values(request, ":method"));
        Assert.Equal(["trailers"], Values(request, "te"));
        Assert.Equal(["a,b", "größe", ""], Values(request, "followpaths"));
        Assert.Equal(["//4"], Values(request, "blob-bin"));
        Assert.All(request.SkipWhile(h => h.Name[0] == ':'), h => Assert.NotEqual(':', h.Name[0]));
        var (header, payload) = await peer.ReadAsync(FrameType.Data);
        Assert.True(header.Has(FrameFlags.EndStream));
        Assert.Equal(SessionPeer.Message(1, 2, 3), payload);
        await peer.AnswerAsync(1);
        await peer.SendAsync(FrameType.Data, 0, 1, SessionPeer.Message(9, 8));
        await peer.FinishAsync(1);
        Assert.Equal([9, 8], await asking);
    }

    [Fact]
    public async Task A_failure_has_its_code_its_words_and_its_details()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var asking = peer.AskAsync([]);
        await peer.FinishAsync(1, "5", new("grpc-message", "no 100%25 gr%C3%B6%C3%9Fe"), new("grpc-status-details-bin", "//4"), new("Not A Name", "x"));
        var failure = await Assert.ThrowsAsync<RpcException>(() => asking);
        Assert.Equal((StatusCode.NotFound, "no 100% größe"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal([255, 254], failure.Trailers.GetValueBytes("grpc-status-details-bin")!);
    }

    [Theory]
    [InlineData("404", "application/grpc", StatusCode.Unimplemented)]
    [InlineData("503", "text/html", StatusCode.Unavailable)]
    [InlineData("200", "text/html", StatusCode.Unknown)]
    [InlineData("200", "application/grpc", StatusCode.Unknown)]
    public async Task An_end_without_gRPCs_status_is_a_failure(string status, string type, StatusCode code)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var asking = peer.AskAsync([]);
        await peer.SendAsync(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, SessionPeer.Block(new(":status", status), new("content-type", type)));
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => asking)).StatusCode);
    }

    /// <summary>Ten thousand descriptions of files are read without waiting for each.</summary>
    [Fact]
    public async Task Messages_that_are_there_are_handed_over_at_once()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        await peer.WriteAsync([.. Enumerable.Range(0, 100).SelectMany(i => SessionPeer.Frame(FrameType.Data, 0, 1, SessionPeer.Message((byte)i)))]);
        Assert.True(await call.ResponseStream.MoveNext(SessionPeer.Patience));
        for (var i = 1; i < 100; i++)
        {
            Assert.True(call.ResponseStream.MoveNext(CancellationToken.None) is { IsCompletedSuccessfully: true, Result: true });
            Assert.Equal([(byte)i], call.ResponseStream.Current);
        }

        var last = call.ResponseStream.MoveNext(SessionPeer.Patience);
        Assert.False(last.IsCompleted);
        await peer.FinishAsync(1);
        Assert.False(await last);
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_message_may_be_cut_anywhere_and_frames_may_be_padded()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        foreach (var octet in SessionPeer.Message(7, 6, 5))
        {
            await peer.SendAsync(FrameType.Data, FrameFlags.Padded, 1, 2, octet, 0, 0);
            await peer.SendAsync((FrameType)0xAA, (FrameFlags)0xFF, 1, 1, 2, 3);
            await peer.SendAsync(FrameType.Data, 0, 1);
        }

        Assert.True(await call.ResponseStream.MoveNext(SessionPeer.Patience));
        Assert.Equal([7, 6, 5], call.ResponseStream.Current);
    }

    [Fact]
    public async Task Messages_go_out_in_order_and_then_the_end()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        for (var i = 0; i < 50; i++)
        {
            await call.RequestStream.WriteAsync([(byte)i]);
        }

        await call.RequestStream.CompleteAsync();
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(SessionPeer.Message((byte)i), (await peer.ReadAsync(FrameType.Data)).Payload);
        }

        var (end, rest) = await peer.ReadAsync(FrameType.Data);
        Assert.True(end.Has(FrameFlags.EndStream));
        Assert.Empty(rest);
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync([1]));
    }

    [Fact]
    public async Task Who_gives_a_call_up_hears_so_and_so_does_the_other_side()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var stop = new CancellationTokenSource();
        using var call = peer.Begin(stop.Token);
        var waiting = call.ResponseStream.MoveNext(CancellationToken.None);
        await stop.CancelAsync();
        Assert.Equal(stop.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => waiting)).CancellationToken);
        var (header, payload) = await peer.ReadAsync(FrameType.Reset);
        Assert.Equal(1, header.Stream);
        Assert.Equal(SessionPeer.Number((int)Http2Error.Cancel), payload);
        await Assert.ThrowsAsync<OperationCanceledException>(() => call.RequestStream.WriteAsync([1]));
        await Assert.ThrowsAsync<OperationCanceledException>(() => peer.AskAsync([], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Waiting_for_one_message_can_be_given_up_too()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var stop = new CancellationTokenSource();
        using var call = peer.Begin();
        var waiting = call.ResponseStream.MoveNext(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        await peer.ReadAsync(FrameType.Reset);
    }

    [Fact]
    public async Task A_disposed_call_is_given_up_and_a_finished_one_is_not()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var first = peer.Begin();
        await first.RequestStream.CompleteAsync();
        await peer.AnswerAsync(1);
        await peer.FinishAsync(1);
        Assert.False(await first.ResponseStream.MoveNext(SessionPeer.Patience));
        first.Dispose();
        var second = peer.Begin();
        second.Dispose();
        Assert.Equal(3, (await peer.ReadAsync(FrameType.Reset)).Header.Stream);
    }

    /// <summary>Who has said everything is told that nothing more is wanted; who sends all the same is told that it is over.</summary>
    [Fact]
    public async Task The_other_side_may_end_before_we_do()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        await peer.FinishAsync(1);
        Assert.False(await call.ResponseStream.MoveNext(SessionPeer.Patience));
        Assert.Equal(SessionPeer.Number((int)Http2Error.None), (await peer.ReadAsync(FrameType.Reset)).Payload);
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync([1]));
        await call.RequestStream.CompleteAsync();
    }

    [Theory]
    [InlineData(Http2Error.RefusedStream, StatusCode.Unavailable)]
    [InlineData(Http2Error.Cancel, StatusCode.Cancelled)]
    [InlineData(Http2Error.EnhanceYourCalm, StatusCode.ResourceExhausted)]
    [InlineData(Http2Error.Internal, StatusCode.Internal)]
    public async Task A_reset_has_gRPCs_code(Http2Error error, StatusCode code)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        var asking = peer.AskAsync([]);
        await peer.SendNumberAsync(FrameType.Reset, 1, (int)error);
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => asking)).StatusCode);
    }

    [Theory]
    [InlineData("0001000001", StatusCode.ResourceExhausted)] // 16 MB and one
    [InlineData("00ffffffff", StatusCode.ResourceExhausted)]
    [InlineData("0100000000", StatusCode.Internal)] // compressed
    public async Task A_message_that_must_not_be_ends_the_call_and_not_the_session(string prefix, StatusCode code)
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        await peer.SendAsync(FrameType.Data, 0, 1, Convert.FromHexString(prefix));
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(SessionPeer.Patience))).StatusCode);
        Assert.Equal(1, (await peer.ReadAsync(FrameType.Reset)).Header.Stream);
        var asking = peer.AskAsync([]);
        await peer.AnswerAsync(3);
        await peer.SendAsync(FrameType.Data, 0, 3, SessionPeer.Message());
        await peer.FinishAsync(3);
        Assert.Empty(await asking);
    }

    [Fact]
    public async Task A_call_that_ends_within_a_message_has_failed()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.AnswerAsync(1);
        await peer.SendAsync(FrameType.Data, 0, 1, SessionPeer.Message(1, 2, 3)[..6]);
        await peer.FinishAsync(1);
        Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(SessionPeer.Patience))).StatusCode);
    }

    [Fact]
    public async Task An_interim_answer_is_none()
    {
        await using var peer = new SessionPeer();
        await peer.GreetAsync();
        using var call = peer.Begin();
        await peer.SendAsync(FrameType.Headers, FrameFlags.EndHeaders, 1, SessionPeer.Block(new Header(":status", "103")));
        await peer.SendAsync(FrameType.Headers, FrameFlags.EndHeaders, 1, SessionPeer.Block(new(":status", "200"), new("which", "this")));
        Assert.Equal("this", (await call.ResponseHeadersAsync).GetValue("which"));
    }

    private static IEnumerable<string> Values(IReadOnlyList<Header> headers, string name) => headers.Where(h => h.Name == name).Select(h => h.Value);
}
