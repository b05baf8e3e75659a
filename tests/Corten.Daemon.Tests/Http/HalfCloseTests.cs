using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Http;
using Corten.Daemon.Lifetime;
using Corten.Daemon.Listening;
using Corten.Oci.Errors;

namespace Corten.Daemon.Tests.Http;

/// <summary>Over TCP a client that has ended its sending looks like one that is gone. It gets its answer, and never one that says less than happened.</summary>
public sealed class HalfCloseTests
{
    [Theory]
    [InlineData("DELETE /missing", "HTTP/1.1 404 Not Found", "{\"message\":\"missing\"}\n")]
    [InlineData("POST /wait", "HTTP/1.1 404 Not Found", "{\"message\":\"missing\"}\n")]
    [InlineData("GET /text", "HTTP/1.1 200 OK", "text")]
    public async Task An_ordinary_request_is_answered(string request, string status, string body)
    {
        var answer = await ExchangeAsync(request);
        Assert.StartsWith(status + "\r\n", answer);
        Assert.EndsWith("\r\n\r\n" + body, answer);
    }

    [Fact]
    public async Task What_would_go_on_for_ever_ends_and_not_as_if_it_were_whole()
    {
        // How much of it arrives before the connection is reset is not said.
        Assert.DoesNotContain("\r\n0\r\n", await ExchangeAsync("GET /follow"));
    }

    [Fact]
    public async Task A_stream_that_has_not_begun_is_no_empty_answer() => Assert.Equal("", await ExchangeAsync("POST /pull"));

    /// <summary>Every handler goes on once the end of the input was seen.</summary>
    private static RouteTable Routes() => new RouteTable()
        .Delete("/missing", async context =>
        {
            await EndOfInputAsync(context);
            throw CortenException.NotFound("missing");
        })
        .Get("/text", async context =>
        {
            await EndOfInputAsync(context);
            await context.WriteTextAsync("text");
        })
        .Get("/follow", async context =>
        {
            await context.StartStreamAsync("text/plain");
            await Task.Delay(Timeout.Infinite, context.Aborted);
        })
        .Post("/wait", async context =>
        {
            await EndOfInputAsync(context);
            context.Follow();
            throw CortenException.NotFound("missing");
        })
        .Post("/pull", context => context.WriteProgressAsync((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation)));

    private static async Task EndOfInputAsync(RequestContext context)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = context.Http.Features.Get<IHijackFeature>()!.InputEnded.Register(seen.SetResult);
        await seen.Task;
    }

    private static async Task<string> ExchangeAsync(string request)
    {
        var port = FreePort();
        await using var server = new EngineServer([new ListenAddress.Tcp(new IPEndPoint(IPAddress.Loopback, port))], tls: null, groupId: null);
        await server.StartAsync(
            new EngineApplication(Routes(), new EngineIdentity { Version = "28.5.2", Id = "test" }, new Log(TextWriter.Null), new IdleMemory(static () => { })), CancellationToken.None);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request + " HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n"));
        socket.Shutdown(SocketShutdown.Send);
        var answer = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer)) > 0)
            {
                answer.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // An answer that is cut off may end with a reset.
        }

        await server.StopAsync(new CancellationToken(canceled: true));
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private static int FreePort()
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
