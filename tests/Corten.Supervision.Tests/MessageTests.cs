using System.Text.Json;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;

namespace Corten.Supervision.Tests;

/// <summary>Daemon, launcher and monitors may be of different builds after an upgrade: what a message is called and holds is a contract.</summary>
public sealed class MessageTests
{
    public static TheoryData<string, string> MonitorMessages => new()
    {
        { """{"kind":"started","Pid":7,"StartTime":99,"MonitorPid":6,"At":"2026-11-23T08:00:00+00:00"}""", nameof(Started) },
        { """{"kind":"failed","Error":{"Step":"exec","Errno":2,"Message":"no such file"}}""", nameof(StartFailed) },
        { """{"kind":"oom"}""", nameof(OutOfMemory) },
        { """{"kind":"exited","Code":137,"OomKilled":true,"At":"2026-11-23T08:00:01+00:00"}""", nameof(Exited) },
        { """{"kind":"rotated","Path":"/log.1"}""", nameof(LogRotated) },
        { """{"kind":"attach","Streams":{"Stdin":true,"Stdout":false,"Stderr":true}}""", nameof(Attach) },
        { """{"kind":"resize","Height":24,"Width":80}""", nameof(Resize) },
    };

    [Theory]
    [MemberData(nameof(MonitorMessages))]
    public void A_monitors_message_is_read_and_written_the_same(string text, string type)
    {
        var message = JsonSerializer.Deserialize(text, SupervisionJson.Default.MonitorMessage)!;
        Assert.Equal(type, message.GetType().Name);
        Assert.Equal(message, JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(message, SupervisionJson.Default.MonitorMessage), SupervisionJson.Default.MonitorMessage));
    }

    [Fact]
    public void A_start_carries_what_the_monitor_needs()
    {
        LaunchRequest request = new StartContainer
        {
            Id = "id", Bundle = "/bundle", RuntimeRoot = "/runtime", MonitorDirectory = "/monitor",
            Rootfs = new OverlayRootfs { Lower = ["/b", "/a"], Upper = "/upper", Work = "/work" },
            OpenStdin = true, StdinOnce = true,
            Log = new LogTarget { Driver = "json-file", Path = "/log", MaxSize = 20_000_000, MaxFiles = 5 },
            Attachments = [new AttachStreams(true, true, false)],
        };
        var read = Assert.IsType<StartContainer>(JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(request, SupervisionJson.Default.LaunchRequest), SupervisionJson.Default.LaunchRequest));
        Assert.Equal(["/b", "/a"], read.Rootfs!.Lower);
        Assert.Equal(("json-file", "/log", 20_000_000, 5), (read.Log.Driver, read.Log.Path, read.Log.MaxSize, read.Log.MaxFiles));
        Assert.Equal([new AttachStreams(true, true, false)], read.Attachments);
        Assert.True(read is { OpenStdin: true, StdinOnce: true, ExternalRuntime: null });
    }

    [Theory]
    [InlineData("""{"kind":"nosuch"}""")]
    [InlineData("{}")]
    [InlineData("""{"kind":"exited"}""")]
    public void An_unknown_or_incomplete_message_is_refused(string text) =>
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize(text, SupervisionJson.Default.MonitorMessage));
}
