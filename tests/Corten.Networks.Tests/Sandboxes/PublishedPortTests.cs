using System.Net;
using System.Net.Sockets;
using Corten.Networks.Tests.Support;
using Corten.Oci.Errors;

namespace Corten.Networks.Tests.Sandboxes;

public sealed class PublishedPortTests
{
    [Fact]
    public async Task APortIsReachedFromEverywhereItIsPublished()
    {
        await using var engine = new Engine();
        var sandbox = await engine.StartAsync("web", "default", ("80/tcp", "18080"), ("53/udp", "18053"));
        Assert.Equal(["0.0.0.0:18080", ":::18080"], sandbox.Ports["80/tcp"]!.Select(p => $"{p.HostIp}:{p.HostPort}"));
        var other = (await engine.StartAsync("other")).Networks["bridge"];
        using var web = Traffic.ServeTcp(engine, "web", 80);
        using var dns = Traffic.ServeUdp(engine, "web", 53);
        var gateway = other.Gateway;
        using var remote = Traffic.Neighbour(engine, "pub0", "10.98.1.1", "10.98.1.2");

        foreach (var (protocol, port) in new[] { ("tcp", 18080), ("udp", 18053) })
        {
            Assert.Equal("10.98.1.2", engine.Namespaces.Run(remote, () => Traffic.Ask("10.98.1.1", port, protocol)));
            Assert.Equal(gateway, Traffic.Ask("127.0.0.1", port, protocol));
            Assert.Equal("10.98.1.1", Traffic.Ask("10.98.1.1", port, protocol));
            Assert.Equal(gateway, Traffic.Ask("::1", port, protocol));
            Assert.Equal(gateway, Traffic.AskFrom(engine, "other", gateway, port, protocol));
            Assert.Equal(gateway, Traffic.AskFrom(engine, "other", "10.98.1.1", port, protocol));
            Assert.Equal(gateway, Traffic.AskFrom(engine, "web", gateway, port, protocol));
        }
    }

    [Fact]
    public async Task OnePublishedOnLoopbackIsOnLoopbackOnly()
    {
        await using var engine = new Engine();
        var sandbox = await engine.StartAsync("web", "default", ("80/tcp", "127.0.0.1:18081"));
        var address = sandbox.Networks["bridge"].IpAddress;
        var other = await engine.StartAsync("other");
        using var web = Traffic.ServeTcp(engine, "web", 80);
        using var remote = Traffic.Neighbour(engine, "pub1", "10.98.2.1", "10.98.2.2");
        Assert.Equal(sandbox.Networks["bridge"].Gateway, Traffic.Ask("127.0.0.1", 18081));
        Assert.Equal("refused", engine.Namespaces.Run(remote, () => Traffic.Ask("10.98.2.1", 18081)));
        Assert.Equal("refused", Traffic.AskFrom(engine, "other", other.Networks["bridge"].Gateway, 18081));

        // Routing tricks: the container's own address, and the host's loopback address, sent straight to the host.
        Assert.Equal("timeout", engine.Namespaces.Run(remote, () => Traffic.Ask(address, 80)));
        await File.WriteAllTextAsync("/proc/sys/net/ipv4/conf/pub1/route_localnet", "1");
        engine.Namespaces.Run(remote, () =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/conf/eth0/route_localnet", "1");
            using var route = new Linux.Net.RouteSocket();
            var eth0 = route.FindLink("eth0")!.Index;
            route.Run(new Linux.Net.RouteBatch().AddRoute(eth0, IPNetwork.Parse("127.0.0.1/32"), IPAddress.Parse("10.98.2.1"), AddressFamily.InterNetwork).Down(1));
            return 0;
        });
        Assert.NotEqual("10.98.2.2", engine.Namespaces.Run(remote, () => Traffic.Ask("127.0.0.1", 18081)));
        // A container that aims at the host's loopback through its gateway.
        Assert.NotEqual(address, Traffic.AskFrom(engine, "other", "127.0.0.1", 18081));
    }

    [Fact]
    public async Task UnpublishedPortsAreClosedToOthersAndOpenToNeighbours()
    {
        await using var engine = new Engine();
        var web = (await engine.StartAsync("web", "default", ("80/tcp", "18082"))).Networks["bridge"];
        using var server = Traffic.ServeTcp(engine, "web", 81);
        await engine.StartAsync("near");
        using var remote = Traffic.Neighbour(engine, "pub2", "10.98.3.1", "10.98.3.2");
        Assert.Equal("timeout", engine.Namespaces.Run(remote, () => Traffic.Ask(web.IpAddress, 81)));
        Assert.Equal("timeout", engine.Namespaces.Run(remote, () => Traffic.Ask(web.IpAddress, 80)));
        Assert.NotEqual("timeout", Traffic.AskFrom(engine, "near", web.IpAddress, 81));
    }

    [Fact]
    public async Task ATakenPortFailsByNameAndLeavesNothing()
    {
        await using var engine = new Engine();
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Any, 18083));
        holder.Listen();
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync("web", "default", ("80/tcp", "18083")));
        Assert.Matches("^failed to set up container networking: driver failed programming external connectivity on endpoint web \\([0-9a-f]{64}\\): "
            + "failed to bind host port for 0\\.0\\.0\\.0:18083:[0-9.]+:80/tcp: address already in use$", error.Message);
        Assert.Null(engine.Service.Sandboxes.Find(Engine.Id("web")));
        Assert.Empty(engine.Service.Inspect("bridge").Containers);

        await engine.StartAsync("first", "default", ("80/tcp", "18084"));
        error = await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync("second", "default", ("80/tcp", "18084")));
        Assert.EndsWith("Bind for 0.0.0.0:18084 failed: port is already allocated", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync("third", "default", ("80/tcp", "5.5.5.5:18085")));
        Assert.EndsWith("cannot assign requested address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APublishedPortCannotBeTakenByOthersUntilItIsReleased()
    {
        await using var engine = new Engine();
        await engine.StartAsync("web", "default", ("80/tcp", "18086"), ("80/udp", "18086"));
        Assert.Equal(SocketError.AddressAlreadyInUse, Bind(SocketType.Stream));
        Assert.Equal(SocketError.AddressAlreadyInUse, Bind(SocketType.Dgram));
        await engine.StopAsync("web");
        Assert.Equal(SocketError.Success, Bind(SocketType.Stream));
        Assert.Equal(SocketError.Success, Bind(SocketType.Dgram));

        static SocketError Bind(SocketType type)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, 18086));
                return SocketError.Success;
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode;
            }
        }
    }

    [Fact]
    public async Task RangesAndRandomPortsAreChosen()
    {
        await using var engine = new Engine();
        var first = await engine.StartAsync("first", "default", ("80/tcp", "18100-18101"));
        var second = await engine.StartAsync("second", "default", ("80/tcp", "18100-18101"));
        Assert.Equal("18100", first.Ports["80/tcp"]![0].HostPort);
        Assert.Equal("18101", second.Ports["80/tcp"]![0].HostPort);
        await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync("third", "default", ("80/tcp", "18100-18101")));
        var random = await engine.StartAsync(engine.Request("random") with { ExposedPorts = ["80-81/tcp", "53/udp"], PublishAllPorts = true });
        Assert.Equal(3, random.Ports.Count);
        Assert.All(random.Ports.Values, bindings => Assert.All(bindings!, b => Assert.InRange(int.Parse(b.HostPort, System.Globalization.CultureInfo.InvariantCulture), 32768, 60999)));
        Assert.All(random.Ports.Values, bindings => Assert.Single(bindings!.Select(b => b.HostPort).Distinct()));
        var exposed = await engine.StartAsync(engine.Request("exposed") with { ExposedPorts = ["80/tcp"] });
        Assert.Null(exposed.Ports["80/tcp"]);
    }

    [Fact]
    public async Task PortsWorkOnAndStayHeldWhenTheDaemonIsKilled()
    {
        await using var engine = new Engine();
        var web = await engine.StartAsync("web", "default", ("80/tcp", "18110"));
        using var server = Traffic.ServeTcp(engine, "web", 80);
        await engine.RestartAsync(() => Assert.Equal(web.Networks["bridge"].Gateway, Traffic.Ask("127.0.0.1", 18110)));
        Assert.Equal(web.Networks["bridge"].Gateway, Traffic.Ask("127.0.0.1", 18110));
        Assert.Equal(web.Ports["80/tcp"]!.Count, engine.Service.Sandboxes.Find(Engine.Id("web"))!.Ports["80/tcp"]!.Count);
        await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync("other", "default", ("80/tcp", "18110")));
        Assert.NotEqual(web.Networks["bridge"].IpAddress, (await engine.StartAsync("next")).Networks["bridge"].IpAddress);
    }

    [Fact]
    public async Task OnesThatPutDropInForwardDoNotStopThem()
    {
        await using var engine = new Engine();
        using var nft = new Linux.Nftables.NftContext();
        nft.Run("table ip filter { chain FORWARD { type filter hook forward priority filter; policy drop; }\n }");
        try
        {
            var web = await engine.StartAsync("web", "default", ("80/tcp", "18111"));
            using var server = Traffic.ServeTcp(engine, "web", 80);
            using var remote = Traffic.Neighbour(engine, "pub4", "10.98.4.1", "10.98.4.2");
            Assert.Equal("10.98.4.2", engine.Namespaces.Run(remote, () => Traffic.Ask("10.98.4.1", 18111)));
            // Somebody flushes everything, as a firewall's reload does; the next use repairs it.
            nft.Run("flush ruleset\ntable ip filter { chain FORWARD { type filter hook forward priority filter; policy drop; }\n }");
            Assert.Equal("timeout", engine.Namespaces.Run(remote, () => Traffic.Ask(web.Networks["bridge"].IpAddress, 80)));
            await engine.StartAsync("next");
            Assert.Equal("10.98.4.2", engine.Namespaces.Run(remote, () => Traffic.Ask("10.98.4.1", 18111)));
            engine.Service.RemoveRules();
            Assert.DoesNotContain("CORTEN", nft.ListJson("list ruleset"), StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            nft.Run("delete table ip filter");
        }
    }
}
