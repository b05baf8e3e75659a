using System.Net.Sockets;
using System.Text;
using Corten.Daemon.Http;
using Corten.Daemon.Listening;

namespace Corten.Daemon.Tests.Http;

/// <summary>Clients keep connections open and use them again after pauses; none may be cut off under them.</summary>
public class KeepAliveTests
{
    private static void Routes(RouteTable routes)
    {
        routes.Get("/small", c => c.WriteTextAsync("small"));
        routes.Post("/echo", async c =>
        {
            var body = await JsonBody.ReadAsync(c.Body, c.Aborted);
            await c.WriteTextAsync(Encoding.UTF8.GetString(body.Span));
        });
        routes.Get("/archive", c => SynchronousBody.AnswerAsync(c, "application/x-tar", async (target, _) =>
        {
            for (var i = 0; i < 5; i++)
            {
                await target.WriteAsync(new byte[1000], CancellationToken.None);
            }
        }));
        routes.Delete("/gone", c => c.WriteEmptyAsync());
        routes.Get("/missing", c => throw Corten.Oci.Errors.CortenException.NotFound("missing"));
    }

    private static readonly (string Request, string End)[] Exchanges =
    [
        ("GET /small HTTP/1.1\r\nHost: d\r\n\r\n", "small"),
        ("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\n\r\nback", "back"),
        ("POST /echo HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n0\r\n\r\n", "more"),
        ("GET /archive HTTP/1.1\r\nHost: d\r\n\r\n", "\r\n0\r\n\r\n"),
        ("DELETE /gone HTTP/1.1\r\nHost: d\r\n\r\n", "\r\n\r\n"),
        ("GET /missing HTTP/1.1\r\nHost: d\r\n\r\n", "{\"message\":\"missing\"}\n"),
    ];

    [Fact]
    public async Task A_connection_serves_thousands_of_requests()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var connection = await ConnectAsync(server);
        for (var i = 0; i < 3000; i++)
        {
            await ExchangeAsync(connection, Exchanges[i % Exchanges.Length]);
        }
    }

    [Fact]
    public async Task Many_connections_are_still_there_after_pauses()
    {
        await using var server = await TestServer.StartAsync(Routes);
        var random = new Random(1);
        var connections = new List<Socket>();
        for (var i = 0; i < 200; i++)
        {
            connections.Add(await ConnectAsync(server));
        }

        for (var round = 0; round < 10; round++)
        {
            // Each is idle while the others are used, and all of them between the rounds.
            foreach (var connection in connections.OrderBy(_ => random.Next()))
            {
                await ExchangeAsync(connection, Exchanges[random.Next(Exchanges.Length)]);
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        connections.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_their_order()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var connection = await ConnectAsync(server);
        var bodies = Enumerable.Range(0, 50).Select(i => $"number {i:D3}").ToArray();
        var requests = string.Concat(bodies.Select(body => $"POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await connection.SendAsync(Encoding.ASCII.GetBytes(requests), TestContext.Current.CancellationToken);
        var received = await ReadUntilAsync(connection, bodies[^1]);
        Assert.Equal(bodies, received.Split("\r\n\r\n")[1..].Select(part => part[..10]));
    }

    private static async Task<Socket> ConnectAsync(TestServer server)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.SocketPath));
        return socket;
    }

    private static async Task ExchangeAsync(Socket connection, (string Request, string End) exchange)
    {
        await connection.SendAsync(Encoding.ASCII.GetBytes(exchange.Request), TestContext.Current.CancellationToken);
        await ReadUntilAsync(connection, exchange.End);
    }

    private static async Task<string> ReadUntilAsync(Socket connection, string end)
    {
        var answer = new StringBuilder();
        var buffer = new byte[8192];
        while (answer.Length < end.Length || answer.ToString(answer.Length - end.Length, end.Length) != end)
        {
            var count = await connection.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(count > 0, $"the connection was cut off after {answer}");
            answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }
}
