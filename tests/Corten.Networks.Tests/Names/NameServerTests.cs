using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.EngineApi.Networks;
using Corten.Networks.Sandboxes;
using Corten.Networks.Tests.Support;

namespace Corten.Networks.Tests.Names;

public sealed class NameServerTests
{
    [Fact]
    public async Task NamesAliasesAndShortIdsAreAnswered()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("net");
        var db = (await engine.StartAsync(engine.Request("db", "net") with
        {
            Endpoints = new Dictionary<string, EndpointSettings> { ["net"] = new() { Aliases = ["database"] } },
        })).Networks["net"];
        await engine.StartAsync("api", "net");
        foreach (var name in new[] { "db", "DB", "database", Engine.Id("db")[..12], "db.net" })
        {
            Assert.Equal([db.IpAddress], Resolve(engine, "api", name));
            Assert.Equal([db.IpAddress], Resolve(engine, "api", name, stream: true));
        }
        Assert.Empty(Resolve(engine, "api", "db", type: 28)!);
        Assert.Equal(["db.net"], Resolve(engine, "api", string.Join('.', db.IpAddress.Split('.').Reverse()) + ".in-addr.arpa", type: 12));
        Assert.Equal([engine.Service.Inspect("bridge").Ipam.Config![0].Gateway!], Resolve(engine, "api", "host.docker.internal"));
        var conf = await File.ReadAllTextAsync(engine.ResolvConfPath(Engine.Id("api")));
        Assert.Contains("nameserver 127.0.0.11\n", conf, StringComparison.Ordinal);
        Assert.Contains("ndots:0", conf, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServiceNameIsAnsweredWithAllInTurn()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("net");
        var expected = new List<string>();
        foreach (var name in new[] { "w1", "w2", "w3" })
        {
            expected.Add((await engine.StartAsync(engine.Request(name, "net") with
            {
                Endpoints = new Dictionary<string, EndpointSettings> { ["net"] = new() { Aliases = ["web"] } },
            })).Networks["net"].IpAddress);
        }
        var first = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            var answer = Resolve(engine, "w1", "web")!;
            Assert.Equal(expected.Order(), answer.Order());
            first.Add(answer[0]);
        }
        Assert.Equal(3, first.Count);
        await engine.StopAsync("w3");
        Assert.Equal(expected[..2].Order(), Resolve(engine, "w1", "web")!.Order());
    }

    [Fact]
    public async Task NamesOfOtherNetworksAreNotAnswered()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("red", r => r.Internal = true);
        await engine.NetworkAsync("blue");
        await engine.StartAsync("one", "red");
        var two = (await engine.StartAsync("two", "blue")).Networks["blue"];
        Assert.Null(Resolve(engine, "one", "two"));
        await engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "blue", new(), default);
        Assert.Equal([two.IpAddress], Resolve(engine, "one", "two"));
        await engine.Service.Sandboxes.RenameAsync(Engine.Id("two"), "zwei", default);
        Assert.Equal([two.IpAddress], Resolve(engine, "one", "zwei"));
        await engine.Service.Sandboxes.DisconnectAsync(Engine.Id("one"), "blue", default);
        Assert.Null(Resolve(engine, "one", "zwei"));
    }

    [Fact]
    public async Task AServerInTheContainerKeepsItsPortAndCanBeTheUpstream()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("net");
        await engine.StartAsync(engine.Request("one", "net") with { Dns = ["127.0.0.1"] });
        using var own = engine.In("one", () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 53));
            return socket;
        });
        new Thread(() => AnswerAll(own)) { IsBackground = true }.Start();
        Assert.Equal(["9.8.7.6"], Resolve(engine, "one", "example.com"));
        Assert.Equal(engine.Service.Sandboxes.Find(Engine.Id("one"))!.Networks["net"].IpAddress, Assert.Single(Resolve(engine, "one", "one")!));
    }

    [Fact]
    public async Task AResolverOnTheHostsLoopbackIsAskedThere()
    {
        using var ofHost = new HostResolvers("nameserver 127.0.0.1\n");
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await using var engine = new Engine();
        server.Bind(new IPEndPoint(IPAddress.Loopback, 53));
        new Thread(() => AnswerAll(server)) { IsBackground = true }.Start();
        await engine.NetworkAsync("net");
        await engine.StartAsync("one", "net");
        Assert.Equal(["9.8.7.6"], Resolve(engine, "one", "example.com"));
        // On the default bridge as well, where containers otherwise ask by themselves.
        await engine.StartAsync("two");
        Assert.Contains("nameserver 127.0.0.11", await File.ReadAllTextAsync(engine.ResolvConfPath(Engine.Id("two"))), StringComparison.Ordinal);
        Assert.Equal(["9.8.7.6"], Resolve(engine, "two", "example.com"));
        await engine.NetworkAsync("inner", r => r.Internal = true);
        await engine.StartAsync("three", "inner");
        Assert.Null(Resolve(engine, "three", "example.com"));
    }

    [Fact]
    public async Task ItAnswersWhileTheDaemonIsDownAndAfterItsReturn()
    {
        var folder = Directory.CreateTempSubdirectory("corten-att-").FullName;
        // The attendant stands for its process: it is not the service's, as with a command to start one.
        using var attendant = Networks.Attendant.AttendantServer.Start(Path.Combine(folder, "attendant.sock"));
        await using var engine = new Engine(o => o with { AttendantCommand = ["/bin/false"], ExecRoot = folder });
        await engine.NetworkAsync("net");
        var one = (await engine.StartAsync("one", "net", ("80/tcp", "18300"))).Networks["net"];
        await engine.StartAsync("two", "net");
        await engine.RestartAsync(() =>
        {
            Assert.Equal([one.IpAddress], Resolve(engine, "two", "one"));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Throws<SocketException>(() => socket.Bind(new IPEndPoint(IPAddress.Any, 18300)));
        });
        Assert.Equal([one.IpAddress], Resolve(engine, "two", "one"));
    }

    [Fact]
    public async Task AnAttendantThatDiesIsReplacedAtOnceAndToldEverything()
    {
        var folder = Directory.CreateTempSubdirectory("corten-att-").FullName;
        var socket = Path.Combine(folder, "attendant.sock");
        var first = Networks.Attendant.AttendantServer.Start(socket);
        Networks.Attendant.AttendantServer second;
        await using (var engine = new Engine(o => o with { AttendantCommand = ["/bin/true"], ExecRoot = folder }))
        {
            await engine.NetworkAsync("net");
            var one = (await engine.StartAsync("one", "net", ("80/tcp", "18301"))).Networks["net"];
            await engine.StartAsync("two", "net");
            first.Dispose();
            second = Networks.Attendant.AttendantServer.Start(socket);
            List<string>? answer = null;
            for (var tries = 0; tries < 50 && answer is null; tries++)
            {
                await Task.Delay(100);
                answer = TryResolve(engine, "two", "one");
            }
            Assert.Equal([one.IpAddress], answer);
            using var taker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Throws<SocketException>(() => taker.Bind(new IPEndPoint(IPAddress.Any, 18301)));
        }
        second.Dispose();
    }

    [Fact]
    public async Task LinksAreNamesOfOneContainersChoice()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("net");
        await engine.NetworkAsync("more");
        var db = (await engine.StartAsync("db", "net")).Networks["net"];
        await engine.StartAsync(engine.Request("api", "net") with { Links = [new SandboxLink(Engine.Id("db"), "db", "store", [])] });
        await engine.StartAsync("other", "net");
        Assert.Equal([db.IpAddress], Resolve(engine, "api", "store"));
        Assert.Null(Resolve(engine, "other", "store"));
        await engine.StopAsync("db");
        await engine.StartAsync("between", "net");
        var again = (await engine.StartAsync("db", "net")).Networks["net"];
        Assert.Equal([again.IpAddress], Resolve(engine, "api", "store"));
        var more = await engine.Service.Sandboxes.ConnectAsync(Engine.Id("db"), "more", new(), default);
        await engine.Service.Sandboxes.ConnectAsync(Engine.Id("other"), "more", new() { Links = ["db:depot"] }, default);
        // Of two networks that know a name the preferred one answers.
        Assert.Equal([more.IpAddress], Resolve(engine, "other", "depot"));
    }

    [Fact]
    public async Task HostileQueriesDoNoHarm()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("net", r => r.Internal = true);
        var one = (await engine.StartAsync("one", "net")).Networks["net"];
        var random = new Random(7);
        engine.In("one", () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Parse("127.0.0.11"), 53);
            for (var i = 0; i < 300; i++)
            {
                var bytes = new byte[random.Next(1, 300)];
                random.NextBytes(bytes);
                if (i % 3 == 0 && bytes.Length > 12)
                {
                    new byte[] { 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 }.CopyTo(bytes, 0);
                }
                socket.Send(bytes);
            }
            return 0;
        });
        Assert.Equal([one.IpAddress], Resolve(engine, "one", "one"));
    }

    private static List<string>? TryResolve(Engine engine, string container, string name)
    {
        try
        {
            return Resolve(engine, container, name);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The answer's records as text; null for an error code.</summary>
    private static List<string>? Resolve(Engine engine, string container, string name, ushort type = 1, bool stream = false) => engine.In(container, () =>
    {
        var query = new List<byte> { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }
        query.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        using var socket = new Socket(AddressFamily.InterNetwork, stream ? SocketType.Stream : SocketType.Dgram, stream ? ProtocolType.Tcp : ProtocolType.Udp) { ReceiveTimeout = 5000 };
        socket.Connect(IPAddress.Parse("127.0.0.11"), 53);
        var buffer = new byte[4096];
        var count = Ask(socket, stream ? [(byte)(query.Count >> 8), (byte)query.Count, .. query] : [.. query], buffer, attempts: stream ? 1 : 4);
        var answer = buffer.AsSpan(stream ? 2 : 0, count - (stream ? 2 : 0));
        Assert.Equal(0x1234, BinaryPrimitives.ReadUInt16BigEndian(answer));
        return (answer[3] & 0xf) == 0 ? Records(answer, query.Count) : null;
    });

    /// <summary>As a resolver asks: a datagram that found the server's queue full is sent again.</summary>
    private static int Ask(Socket socket, byte[] query, byte[] answer, int attempts)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                socket.Send(query);
                return socket.Receive(answer);
            }
            catch (SocketException) when (attempt < attempts)
            {
            }
        }
    }

    private static List<string> Records(ReadOnlySpan<byte> answer, int at)
    {
        var records = new List<string>();
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]); left > 0; left--)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 2)..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 10)..]);
            var data = answer.Slice(at + 12, length);
            records.Add(type == 12 ? Name(data) : new IPAddress(data).ToString());
            at += 12 + length;
        }
        return records;
    }

    private static string Name(ReadOnlySpan<byte> data)
    {
        var labels = new List<string>();
        while (data[0] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(data.Slice(1, data[0])));
            data = data[(data[0] + 1)..];
        }
        return string.Join('.', labels);
    }

    /// <summary>A server that knows one answer.</summary>
    private static void AnswerAll(Socket server)
    {
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var count = server.ReceiveFrom(buffer, ref from);
                byte[] reply = [.. buffer.AsSpan(0, count), 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 9, 8, 7, 6];
                reply[2] |= 0x80;
                reply[7] = 1;
                server.SendTo(reply, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by the test's end.
        }
    }
}
