using System.Globalization;
using System.Text;
using Corten.Daemon.Http;

namespace Corten.Daemon.Tests.Http;

/// <summary>What attach, exec and build rely on: raw bytes both ways, half-closed by the client whenever it likes.</summary>
public class HijackTests
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

    private static void Echo(RouteTable routes)
    {
        routes.Get("/_ping", c => c.WriteTextAsync("OK"));
        routes.Post("/echo", async context =>
        {
            await using var stream = await context.HijackAsync("application/vnd.docker.raw-stream");
            var total = 0L;
            var buffer = new byte[16 << 10];
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
            {
                total += count;
                await stream.WriteAsync(buffer.AsMemory(0, count));
            }

            // Output that comes long after the client's end must arrive too.
            await Task.Delay(300);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"|end {total}")));
        });
    }

    public static TheoryData<string, string> Bodies => new()
    {
        { "none", "POST /echo HTTP/1.1\r\nHost: d\r\n" + Upgrade + "\r\n" },
        { "length", "POST /echo HTTP/1.1\r\nHost: d\r\n" + Upgrade + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" },
        { "chunked", "POST /v1.51/echo HTTP/1.1\r\nHost: d\r\n" + Upgrade + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Input_in_the_same_packet_and_an_end_at_once_lose_nothing(string body, string request)
    {
        _ = body;
        await using var server = await TestServer.StartAsync(Echo);
        using var client = await server.ConnectAsync();
        await client.SendAsync(request + "hello");
        client.HalfClose();
        var answer = await client.ReceiveTextAsync();
        Assert.StartsWith("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nhello|end 5", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_request_of_a_connection_can_be_hijacked_too()
    {
        await using var server = await TestServer.StartAsync(Echo);
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
        await client.ReceiveUntilAsync("\r\n\r\nOK");
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: d\r\n" + Upgrade + "\r\n");
        await client.ReceiveUntilAsync("\r\n\r\n");
        await client.SendAsync("abc");
        Assert.Equal("abc", await client.ReceiveUntilAsync("abc"));
        client.HalfClose();
        Assert.Equal("|end 3", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Old_clients_that_ask_for_no_upgrade_get_200()
    {
        await using var server = await TestServer.StartAsync(Echo);
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\nx");
        client.HalfClose();
        var answer = await client.ReceiveTextAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("x|end 1", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Megabytes_go_both_ways_at_once()
    {
        await using var server = await TestServer.StartAsync(Echo);
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: d\r\n" + Upgrade + "\r\n");
        await client.ReceiveUntilAsync("\r\n\r\n");
        var sent = new byte[8 << 20];
        new Random(1).NextBytes(sent);
        var receiving = client.ReceiveAllAsync();
        await client.SendAsync(sent);
        client.HalfClose();
        var received = await receiving;
        Assert.Equal(sent, received[..sent.Length]);
        Assert.Equal($"|end {sent.Length}", Encoding.ASCII.GetString(received[sent.Length..]));
    }

    [Fact]
    public async Task An_ordinary_request_of_a_half_closed_client_is_answered_whole()
    {
        await using var server = await TestServer.StartAsync(routes => routes.Get("/slow", async context =>
        {
            await Task.Delay(400, context.Aborted);
            await context.WriteTextAsync("late");
        }));
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: d\r\n\r\n");
        client.HalfClose();
        Assert.EndsWith("late", await client.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_goes_away_is_noticed(bool hijack)
    {
        var noticed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(routes => routes.Post("/wait", async context =>
        {
            if (hijack)
            {
                await using var stream = await context.HijackAsync("application/vnd.docker.raw-stream");
                await WaitAsync(stream.Gone);
            }
            else
            {
                await context.StartStreamAsync("application/json");
                await WaitAsync(context.Aborted);
            }
        }));
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync("POST /wait HTTP/1.1\r\nHost: d\r\n" + (hijack ? Upgrade : "") + "\r\n");
            await client.ReceiveUntilAsync("\r\n\r\n");
        }

        await noticed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        async Task WaitAsync(CancellationToken gone)
        {
            await Task.Delay(System.Threading.Timeout.Infinite, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            noticed.SetResult();
        }
    }

    [Fact]
    public async Task A_thousand_rounds_leave_no_descriptor()
    {
        await using var server = await TestServer.StartAsync(routes =>
        {
            routes.Get("/_ping", c => c.WriteTextAsync("OK"));
            routes.Post("/hijack", async context =>
            {
                await using var stream = await context.HijackAsync("application/vnd.docker.raw-stream");
                await stream.WriteAsync("bye"u8.ToArray());
            });
        });
        await RoundsAsync(server, 50);
        var before = Descriptors();
        await RoundsAsync(server, 1000);
        for (var i = 0; i < 100 && Descriptors() > before + 5; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.InRange(Descriptors(), 0, before + 5);
    }

    private static async Task RoundsAsync(TestServer server, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var client = await server.ConnectAsync();
            switch (i % 4)
            {
                case 0:
                    await client.SendAsync("POST /hijack HTTP/1.1\r\nHost: d\r\n" + Upgrade + "\r\n");
                    await client.ReceiveAllAsync();
                    break;
                case 1:
                    await client.SendAsync("POST /hijack HTTP/1.1\r\nHost: d\r\n" + Upgrade + "\r\n");
                    break; // gone before the answer
                case 2:
                    await client.SendAsync("GET /_pi");
                    break; // gone within the request
                default:
                    await client.SendAsync("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
                    client.HalfClose();
                    await client.ReceiveAllAsync();
                    break;
            }
        }
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
