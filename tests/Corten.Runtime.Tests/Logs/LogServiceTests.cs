using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Runtime.Logs;
using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Tests.Logs;

/// <summary>syslog and journald against sockets of the tests' own.</summary>
public sealed class LogServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-log").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string SocketPath => Path.Combine(_folder, "socket");

    private Socket Listen(SocketType type)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    private static LogTarget Target(string driver, params (string, string)[] options)
        => new() { Driver = driver, Options = options.ToDictionary(option => option.Item1, option => option.Item2), BufferSize = 300 };

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[100_000];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    [Fact]
    public void Syslog_over_a_unix_socket_gets_a_message_a_line_with_the_streams_priority()
    {
        using Socket service = Listen(SocketType.Dgram);
        using var log = ContainerLogs.Open(Target("syslog", ("syslog-address", $"unixgram://{SocketPath}"), ("tag", "web"), ("syslog-facility", "local3")), "0123456789abcdef", _ => { }, _ => { });
        log.Write(OutputStream.Stdout, "one\ntwo"u8);
        log.Write(OutputStream.Stderr, "bad\n"u8);
        log.End(OutputStream.Stdout);
        // local3 is 19: 19 * 8 + 6 (info), and + 3 (err).
        Assert.Matches(@"^<158>\w{3} [ \d]\d \d\d:\d\d:\d\d web\[\d+\]: one$", Receive(service));
        Assert.Matches(@"^<155>.* web\[\d+\]: bad$", Receive(service));
        Assert.EndsWith(": two", Receive(service));
    }

    [Theory]
    [InlineData("rfc3164", @"^<30>\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ t\[\d+\]: x$")]
    [InlineData("rfc5424", @"^<30>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d \S+ t \d+ t - x$")]
    [InlineData("rfc5424micro", @"^<30>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d \S+ t \d+ t - x$")]
    public void Syslog_over_udp_has_the_format_that_was_asked_for(string format, string expected)
    {
        using var service = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        service.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string address = $"udp://127.0.0.1:{((IPEndPoint)service.LocalEndPoint!).Port}";
        using var log = ContainerLogs.Open(Target("syslog", ("syslog-address", address), ("tag", "t"), ("syslog-format", format)), "id", _ => { }, _ => { });
        log.Write(OutputStream.Stdout, "x\n"u8);
        Assert.Matches(expected, Receive(service));
    }

    [Fact]
    public void Syslog_over_a_stream_ends_each_message_with_a_newline()
    {
        using Socket service = Listen(SocketType.Stream);
        service.Listen();
        using (var log = ContainerLogs.Open(Target("syslog", ("syslog-address", $"unix://{SocketPath}"), ("tag", "t")), "id", _ => { }, _ => { }))
        {
            log.Write(OutputStream.Stdout, "a\nb\n"u8);
        }
        using Socket connection = service.Accept();
        using var reader = new StreamReader(new NetworkStream(connection));
        string[] lines = reader.ReadToEnd().Split('\n');
        Assert.EndsWith(": a", lines[0]);
        Assert.EndsWith(": b", lines[1]);
        Assert.Equal("", lines[2]);
    }

    [Fact]
    public void Journald_gets_docker_s_fields()
    {
        using Socket service = Listen(SocketType.Dgram);
        using var log = new JournaldLog(Target("journald", ("tag", "t"), ("container-name", "web"), ("image-name", "busybox")) with { Attributes = new Dictionary<string, string> { ["my.label"] = "v" } },
            "0123456789abcdef", _ => { }, SocketPath);
        log.Write(OutputStream.Stderr, "hello\nrest"u8);
        log.End(OutputStream.Stderr);
        string[] fields = Receive(service).Split('\n');
        Assert.Matches("^CONTAINER_LOG_EPOCH=[0-9a-f]{64}$", fields[2]);
        Assert.Equal("CONTAINER_LOG_ORDINAL=1", fields[3]);
        Assert.Equal(["PRIORITY=3", "MESSAGE=hello", fields[2], fields[3], "CONTAINER_ID=0123456789ab", "CONTAINER_ID_FULL=0123456789abcdef", "CONTAINER_TAG=t", "SYSLOG_IDENTIFIER=t", "CONTAINER_NAME=web",
            "IMAGE_NAME=busybox", "MY_LABEL=v", ""], fields);
        Assert.Contains("CONTAINER_PARTIAL_MESSAGE=true", Receive(service));
    }

    /// <summary>Parts of one line can be put together again: they share an id, are numbered, and the last one says so.</summary>
    [Fact]
    public void Journald_is_told_which_parts_make_a_line()
    {
        using Socket service = Listen(SocketType.Dgram);
        using var log = new JournaldLog(Target("journald", ("tag", "t")), "0123456789abcdef", _ => { }, SocketPath);
        log.Write(OutputStream.Stdout, Encoding.ASCII.GetBytes(new string('x', (2 * LineSplitter.Longest) + 1)));
        log.Write(OutputStream.Stderr, "whole\n"u8);
        log.Write(OutputStream.Stdout, "\nnext\n"u8);
        var records = Enumerable.Range(0, 5).Select(_ => Receive(service).Split('\n').Where(field => field.StartsWith("CONTAINER_PARTIAL_", StringComparison.Ordinal)).ToList()).ToList();
        string id = records[0][0];
        Assert.Matches("^CONTAINER_PARTIAL_ID=[0-9a-f]{64}$", id);
        Assert.Equal([id, "CONTAINER_PARTIAL_ORDINAL=1", "CONTAINER_PARTIAL_LAST=false", "CONTAINER_PARTIAL_MESSAGE=true"], records[0]);
        Assert.Equal([id, "CONTAINER_PARTIAL_ORDINAL=2", "CONTAINER_PARTIAL_LAST=false", "CONTAINER_PARTIAL_MESSAGE=true"], records[1]);
        Assert.Empty(records[2]);
        Assert.Equal([id, "CONTAINER_PARTIAL_ORDINAL=3", "CONTAINER_PARTIAL_LAST=true"], records[3]);
        Assert.Empty(records[4]);
    }

    [Fact]
    public void A_service_that_does_not_read_blocks_a_blocking_log_and_costs_a_non_blocking_one_its_oldest_messages()
    {
        using Socket service = Listen(SocketType.Stream);
        service.Listen();
        byte[] line = Encoding.ASCII.GetBytes(new string('x', 10_000) + "\n");
        List<IMonitorSource> sources = [];
        using var blocking = ContainerLogs.Open(Target("syslog", ("syslog-address", $"unix://{SocketPath}"), ("tag", "t")), "id", _ => { }, sources.Add);
        using Socket first = service.Accept();
        for (int i = 0; i < 1000 && !blocking.IsBlocked; i++) blocking.Write(OutputStream.Stdout, line);
        Assert.True(blocking.IsBlocked);
        IMonitorSource queue = Assert.Single(sources);
        while (queue.Wanted != Linux.PollEvents.None)
        {
            Receive(first);
            queue.OnReady(Linux.PollEvents.Writable);
        }
        Assert.False(blocking.IsBlocked);

        using var loose = ContainerLogs.Open(Target("syslog", ("syslog-address", $"unix://{SocketPath}"), ("tag", "t"), ("mode", "non-blocking")), "id", _ => { }, sources.Add);
        using Socket second = service.Accept();
        for (int i = 0; i < 1000; i++) loose.Write(OutputStream.Stdout, line);
        Assert.False(loose.IsBlocked);
        loose.Write(OutputStream.Stdout, "last\n"u8);
        while (sources[1].Wanted != Linux.PollEvents.None)
        {
            if (Receive(second).EndsWith("last\n")) break;
            sources[1].OnReady(Linux.PollEvents.Writable);
        }
    }
}
