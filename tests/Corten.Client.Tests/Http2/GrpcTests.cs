using System.Net.Sockets;
using System.Text;
using Corten.Client.Grpc;
using Corten.Client.Http2;
using Corten.EngineApi.Http2;

namespace Corten.Client.Tests.Http2;

/// <summary>Our two ends of gRPC, speaking with each other.</summary>
public sealed class GrpcTests : IDisposable
{
    private readonly GrpcServer _server = new();
    private readonly Http2Connection _served;
    private readonly Http2Connection _client;

    public GrpcTests()
    {
        _server.AddUnary("/test.Echo/Upper", request => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(request).ToUpperInvariant()));
        _server.AddUnary("/test.Echo/Fail", _ => throw new GrpcException(GrpcStatus.NotFound, "no 100% größe"));
        _server.Add("/test.Echo/Each", static call =>
        {
            while (call.Receive() is { } message)
            {
                call.Send(message);
            }
        });
        _server.Add("/test.Echo/Early", static call => call.Send("enough"u8));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen();
        var theirs = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        theirs.Connect(listener.LocalEndPoint!);
        var ours = listener.Accept();
        _served = new Http2Connection(new NetworkStream(ours, ownsSocket: true), () => ours.Shutdown(SocketShutdown.Both), _server.Serve);
        _client = new Http2Connection(new NetworkStream(theirs, ownsSocket: true), () => theirs.Shutdown(SocketShutdown.Both));
    }

    public void Dispose()
    {
        _client.Dispose();
        _served.Dispose();
    }

    [Fact]
    public void One_message_there_and_one_back() => Assert.Equal("WORD"u8, GrpcCall.Unary(_client, "/test.Echo/Upper", "word"u8));

    [Fact]
    public void A_failure_has_its_code_and_its_words()
    {
        var failure = Assert.Throws<GrpcException>(() => GrpcCall.Unary(_client, "/test.Echo/Fail", []));
        Assert.Equal((GrpcStatus.NotFound, "no 100% größe"), (failure.Code, failure.Message));
        Assert.Equal(GrpcStatus.Unimplemented, Assert.Throws<GrpcException>(() => GrpcCall.Unary(_client, "/test.Echo/Nothing", [])).Code);
    }

    /// <summary>More than every window: nothing moves unless both sides make room.</summary>
    [Fact]
    public void Much_goes_both_ways_at_once()
    {
        var message = new byte[1 << 20];
        new Random(1).NextBytes(message);
        using var call = GrpcCall.Begin(_client, "/test.Echo/Each");
        var sending = new Thread(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                call.Send(message);
            }

            call.EndSending();
        });
        sending.Start();
        var count = 0;
        while (call.Receive() is { } echo)
        {
            Assert.Equal(message, echo);
            count++;
        }

        sending.Join();
        Assert.Equal(40, count);
    }

    [Fact]
    public void Many_calls_share_a_connection() =>
        Parallel.For(0, 200, i => Assert.Equal($"N{i}", Encoding.UTF8.GetString(GrpcCall.Unary(_client, "/test.Echo/Upper", Encoding.UTF8.GetBytes($"n{i}")))));

    [Fact]
    public void An_answer_may_come_before_the_question_is_over()
    {
        using var call = GrpcCall.Begin(_client, "/test.Echo/Early");
        call.Send("never read"u8);
        Assert.Equal("enough"u8, call.Receive()!);
        Assert.Null(call.Receive());
    }

    [Fact]
    public void Calls_end_with_their_connection()
    {
        using var call = GrpcCall.Begin(_client, "/test.Echo/Each");
        _served.Dispose();
        Assert.ThrowsAny<IOException>(() => call.Receive());
    }
}
