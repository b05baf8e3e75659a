using System.Globalization;
using Corten.Daemon.Http;
using Corten.Daemon.Tests.Http;
using Corten.EngineApi.Events;
using EventsEndpoint = Corten.Daemon.Endpoints.System.Events;

namespace Corten.Daemon.Tests.Endpoints;

public class EventsTests
{
    private readonly EventLog _log = new();

    [Fact]
    public async Task The_past_that_is_asked_for_ends_by_itself()
    {
        await using var server = await StartAsync();
        _log.Publish(EventType.Volume, "create", "one");
        _log.Publish(EventType.Container, "start", "c1", [new("image", "busybox:latest"), new("name", "web")]);
        using var http = server.CreateClient();
        var until = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
        var lines = (await http.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"http://d/events?since=0&until={until}"), TestContext.Current.CancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
    }

    /// <summary>The end of the stream may come while the past is still being written; it must not cut it off.</summary>
    [Fact]
    public async Task The_past_is_whole_even_if_its_end_is_long_over()
    {
        var log = new EventLog(new FixedClock(DateTimeOffset.UnixEpoch.AddSeconds(1000)));
        await using var server = await TestServer.StartAsync(routes => routes.Get("/events", new EventsEndpoint(log, TimeProvider.System).ServeAsync));
        for (var i = 0; i < EventLog.Capacity; i++)
        {
            log.Publish(EventType.Volume, "create", "v" + i);
        }

        using var http = server.CreateClient();
        var text = await http.GetStringAsync("http://d/events?since=0&until=1001", TestContext.Current.CancellationToken);
        Assert.Equal(EventLog.Capacity, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("""{"type":["volume"]}""", "create one,destroy one")]
    [InlineData("""{"event":["destroy"]}""", "destroy one")]
    [InlineData("""{"event":["exec_start"]}""", "exec_start: ls c1")]
    [InlineData("""{"container":["web"]}""", "exec_start: ls c1")]
    [InlineData("""{"container":["c"]}""", "exec_start: ls c1")]
    [InlineData("""{"image":["busybox"]}""", "exec_start: ls c1")]
    [InlineData("""{"volume":["one"],"event":["create"]}""", "create one")]
    [InlineData("""{"label":["tier=front"]}""", "exec_start: ls c1")]
    [InlineData("""{"unknown":["x"]}""", "create one,exec_start: ls c1,destroy one")]
    public async Task They_are_filtered(string filters, string expected)
    {
        await using var server = await StartAsync();
        _log.Publish(EventType.Volume, "create", "one");
        _log.Publish(EventType.Container, "exec_start: ls", "c1", [new("image", "busybox:latest"), new("name", "web"), new("tier", "front")]);
        _log.Publish(EventType.Volume, "destroy", "one");
        using var http = server.CreateClient();
        var until = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
        var text = await http.GetStringAsync(
            string.Create(CultureInfo.InvariantCulture, $"http://d/events?since=0&until={until}&filters={Uri.EscapeDataString(filters)}"),
            TestContext.Current.CancellationToken);
        var seen = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => global::System.Text.Json.JsonSerializer.Deserialize(l, EventsJson.Plain.EventMessage)!)
            .Select(m => $"{m.Action} {m.Actor.Id}");
        Assert.Equal(expected, string.Join(',', seen));
    }

    [Fact]
    public async Task The_head_comes_at_once_and_events_as_they_happen()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: d\r\n\r\n");
        await client.ReceiveUntilAsync("\r\n\r\n");
        while (_log.Listeners == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        _log.Publish(EventType.Volume, "create", "live");
        Assert.Contains("\"ID\":\"live\"", await client.ReceiveUntilAsync("\n\r\n"), StringComparison.Ordinal);
        client.Dispose();
        for (var i = 0; i < 500 && _log.Listeners > 0; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, _log.Listeners);
    }

    [Theory]
    [InlineData("since=5&until=3", 400, "`since` time (5) cannot be after `until` time (3)")]
    [InlineData("since=zz", 500, "strconv.ParseInt: parsing \\\"zz\\\": invalid syntax")]
    [InlineData("filters=zz", 400, "invalid filter")]
    public async Task Mistakes_are_told_in_the_reference_engines_words(string query, int status, string words)
    {
        await using var server = await StartAsync();
        using var http = server.CreateClient();
        using var response = await http.GetAsync("http://d/events?" + query, TestContext.Current.CancellationToken);
        Assert.Equal(
            (status, $"{{\"message\":\"{words}\"}}\n"),
            ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private Task<TestServer> StartAsync() =>
        TestServer.StartAsync(routes => routes.Get("/events", new EventsEndpoint(_log, TimeProvider.System).ServeAsync));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
