using System.Net.Sockets;
using Corten.EngineApi.Networks;
using Corten.Linux.Net;
using Corten.Networks.Tests.Support;
using Corten.Networks.Sandboxes;
using Corten.Oci.Errors;

namespace Corten.Networks.Tests.Sandboxes;

public sealed class UserNetworkTests
{
    [Fact]
    public async Task NetworksAreIsolatedFromEachOther()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("red");
        await engine.NetworkAsync("blue");
        var red = (await engine.StartAsync("red1", "red", ("80/tcp", "18200"))).Networks["red"];
        var blue = (await engine.StartAsync("blue1", "blue")).Networks["blue"];
        using var server = Traffic.ServeTcp(engine, "red1", 80);
        Assert.Equal("timeout", Traffic.AskFrom(engine, "blue1", red.IpAddress, 80));
        // By way of the host the published port is open to other networks too.
        Assert.Equal(red.Gateway, Traffic.AskFrom(engine, "blue1", blue.Gateway, 18200));
    }

    [Fact]
    public async Task AnInternalNetworkHasNoWayOut()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("inner", r => r.Internal = true);
        var one = (await engine.StartAsync("one", "inner", ("80/tcp", "18201")));
        await engine.StartAsync("two", "inner");
        using var server = Traffic.ServeTcp(engine, "one", 80);
        using var remote = Traffic.Neighbour(engine, "int0", "10.97.1.1", "10.97.1.2");
        Assert.Empty(one.Ports);
        Assert.Equal("", one.Networks["inner"].Gateway);
        Assert.Equal("unreachable", Traffic.AskFrom(engine, "one", "10.97.1.2", 80));
        Assert.NotEqual("timeout", Traffic.AskFrom(engine, "two", one.Networks["inner"].IpAddress, 80));
        Assert.Equal("timeout", engine.Namespaces.Run(remote, () => Traffic.Ask(one.Networks["inner"].IpAddress, 80)));
    }

    [Fact]
    public async Task WithoutInterContainerTrafficOnlyLinksAndPublicationsPass()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("apart", r => r.Options = new() { ["com.docker.network.bridge.enable_icc"] = "false" });
        var one = (await engine.StartAsync("one", "apart", ("81/tcp", "18202"))).Networks["apart"];
        await engine.StartAsync("two", "apart");
        await engine.StartAsync(engine.Request("three", "apart") with { Links = [new SandboxLink(Engine.Id("one"), "one", "uno", ["80/tcp"])] });
        using var server = Traffic.ServeTcp(engine, "one", 80);
        using var published = Traffic.ServeTcp(engine, "one", 81);
        Assert.Equal("timeout", Traffic.AskFrom(engine, "two", one.IpAddress, 80));
        Assert.NotEqual("timeout", Traffic.AskFrom(engine, "three", one.IpAddress, 80));
        Assert.Equal(one.Gateway, Traffic.AskFrom(engine, "two", one.Gateway, 18202));
    }

    [Fact]
    public async Task DualStackWorksThroughout()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("dual", r => (r.EnableIpv6, r.Ipam) = (true, new Ipam { Config = [new() { Subnet = "10.66.0.0/24" }, new() { Subnet = "fd66::/64" }] }));
        var sandbox = await engine.StartAsync("one", "dual", ("80/tcp", "18203"));
        var one = sandbox.Networks["dual"];
        Assert.Equal(("10.66.0.2", "fd66::2", "fd66::1", 64), (one.IpAddress, one.GlobalIpv6Address, one.Ipv6Gateway, one.GlobalIpv6PrefixLen));
        await engine.StartAsync("two", "dual");
        using var server = Traffic.ServeTcp(engine, "one", 80);
        using var server6 = Traffic.ServeTcp(engine, "one", 81, ipv6: true);
        Assert.Equal("fd66::3", Traffic.AskFrom(engine, "two", "fd66::2", 81));
        await engine.StopAsync("one");
        sandbox = await engine.StartAsync("one", "dual", ("81/tcp", "18204"));
        using var again = Traffic.ServeTcp(engine, "one", 81, ipv6: true);
        using var remote = Traffic.Neighbour(engine, "six0", "10.97.2.1", "10.97.2.2", "fd97::1", "fd97::2");
        Assert.Equal("fd97::2", engine.Namespaces.Run(remote, () => Traffic.Ask("fd97::1", 18204)));
        Assert.Equal("timeout", engine.Namespaces.Run(remote, () => Traffic.Ask("fd66::2", 81)));
        Assert.NotEqual("timeout", Traffic.Ask("::1", 18204));
    }

    [Fact]
    public async Task SeveralNetworksAreJoinedAndTheHighestPriorityGivesTheRoute()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("a");
        await engine.NetworkAsync("b");
        var sandbox = await engine.StartAsync(engine.Request("one", "a") with
        {
            Endpoints = new Dictionary<string, EndpointSettings> { ["a"] = new(), ["b"] = new() { GwPriority = 1, MacAddress = "02:00:00:00:00:77" } },
        });
        Assert.Equal(["a", "b"], sandbox.Networks.Keys.Order());
        using var inside = engine.In("one", () => new RouteSocket());
        Assert.Equal(sandbox.Networks["b"].Gateway, DefaultGateway(inside));
        Assert.Equal("020000000077", inside.FindLink("eth1")!.Mac.ToString());

        await engine.NetworkAsync("c");
        var joined = await engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "c", new EndpointSettings { GwPriority = 5, Aliases = ["sea"] }, default);
        Assert.Equal(joined.Gateway, DefaultGateway(inside));
        Assert.Equal(["one", "sea", Engine.Id("one")[..12]], joined.DnsNames);
        Assert.Contains($"{joined.IpAddress}\t", await File.ReadAllTextAsync(engine.HostsPath(Engine.Id("one"))), StringComparison.Ordinal);
        await engine.Service.Sandboxes.DisconnectAsync(Engine.Id("one"), "c", default);
        Assert.Equal(sandbox.Networks["b"].Gateway, DefaultGateway(inside));
        Assert.DoesNotContain($"{joined.IpAddress}\t", await File.ReadAllTextAsync(engine.HostsPath(Engine.Id("one"))), StringComparison.Ordinal);
        Assert.Null(inside.FindLink("eth2"));
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "a", new(), default));
        Assert.Equal("endpoint with name one already exists in network a", error.Message);
        error = await Assert.ThrowsAsync<CortenException>(() => engine.Service.Sandboxes.DisconnectAsync(Engine.Id("one"), "c", default));
        Assert.Equal($"container {Engine.Id("one")} is not connected to network c", error.Message);
    }

    [Fact]
    public async Task StaticAddressesLinkNamesAndSettingsOfEndpointsAreTaken()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("fixed", r => r.Ipam = new Ipam { Config = [new() { Subnet = "10.67.0.0/24", IpRange = "10.67.0.128/25", Gateway = "10.67.0.9" }] });
        var sandbox = await engine.StartAsync(engine.Request("one", "fixed") with
        {
            Endpoints = new Dictionary<string, EndpointSettings>
            {
                ["fixed"] = new()
                {
                    IpamConfig = new() { Ipv4Address = "10.67.0.77", LinkLocalIps = ["169.254.8.8"] },
                    DriverOpts = new()
                    {
                        ["com.docker.network.endpoint.ifname"] = "wan7",
                        ["com.docker.network.endpoint.sysctls"] = "net.ipv4.conf.IFNAME.log_martians=1",
                    },
                },
            },
        });
        Assert.Equal(("10.67.0.77", "10.67.0.9"), (sandbox.Networks["fixed"].IpAddress, sandbox.Networks["fixed"].Gateway));
        Assert.Equal("1", engine.In("one", () => File.ReadAllText("/proc/sys/net/ipv4/conf/wan7/log_martians").Trim()));
        using var inside = engine.In("one", () => new RouteSocket());
        Assert.Contains(inside.Addresses(), a => a.Address.ToString() == "169.254.8.8");
        Assert.Equal("10.67.0.128", (await engine.StartAsync("two", "fixed")).Networks["fixed"].IpAddress);
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.Service.Sandboxes.ConnectAsync(
            Engine.Id("two"), "bridge", new EndpointSettings { Aliases = ["x"] }, default));
        Assert.Equal("invalid endpoint settings:\nnetwork-scoped alias is supported only for containers in user defined networks", error.Message);
        error = await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync(engine.Request("three", "fixed") with
        {
            Endpoints = new Dictionary<string, EndpointSettings> { ["fixed"] = new() { IpamConfig = new() { Ipv4Address = "10.67.0.77" } } },
        }));
        Assert.Equal("failed to set up container networking: Address already in use", error.Message);
    }

    [Fact]
    public async Task AMacvlanGivesALinkOnTheParent()
    {
        await using var engine = new Engine();
        using var remote = Traffic.Neighbour(engine, "mac0", "10.96.0.1", "10.96.0.2");
        await engine.NetworkAsync("lan", r => (r.Driver, r.Options, r.Ipam) =
            ("macvlan", new() { ["parent"] = "mac0" }, new Ipam { Config = [new() { Subnet = "10.96.0.0/24", IpRange = "10.96.0.64/26", Gateway = "10.96.0.1" }] }));
        var one = (await engine.StartAsync("one", "lan")).Networks["lan"];
        using var server = Traffic.ServeTcp(engine, "one", 80);
        Assert.Equal("10.96.0.64", one.IpAddress);
        Assert.Equal("10.96.0.2", engine.Namespaces.Run(remote, () => Traffic.Ask("10.96.0.64", 80)));
    }

    [Fact]
    public async Task AMacvlanHasSeveralSubnetsWhichAreUsedUpInOrder()
    {
        await using var engine = new Engine();
        using var remote = Traffic.Neighbour(engine, "mac1", "10.96.1.1", "10.96.1.2");
        await engine.NetworkAsync("lan", r => (r.Driver, r.Options, r.Ipam) =
            ("macvlan", new() { ["parent"] = "mac1" }, new Ipam { Config = [new() { Subnet = "10.96.2.0/30" }, new() { Subnet = "10.96.3.0/30", Gateway = "10.96.3.2" }] }));
        Assert.Equal(["10.96.2.0/30", "10.96.3.0/30"], engine.Service.Inspect("lan").Ipam.Config!.ConvertAll(c => c.Subnet));
        var one = (await engine.StartAsync("one", "lan")).Networks["lan"];
        var two = (await engine.StartAsync("two", "lan")).Networks["lan"];
        Assert.Equal((("10.96.2.2", "10.96.2.1"), ("10.96.3.1", "10.96.3.2")), ((one.IpAddress, one.Gateway), (two.IpAddress, two.Gateway)));
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync("three", "lan"));
        Assert.Equal($"failed to set up container networking: no available IPv4 addresses on this network's address pools: lan ({engine.Service.Inspect("lan").Id}): "
            + "10.96.2.0/30, 10.96.3.0/30 is used up", error.Message);
        await engine.StopAsync("one");
        Assert.Equal("10.96.2.2", (await engine.StartAsync("three", "lan")).Networks["lan"].IpAddress);
    }

    [Fact]
    public async Task ADualStackNetworkGivesBothDefaultRoutesWhateverThePriorityOfOthers()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("a");
        await engine.NetworkAsync("b", r => r.EnableIpv6 = true);
        var sandbox = await engine.StartAsync(engine.Request("one", "a") with
        {
            Endpoints = new Dictionary<string, EndpointSettings> { ["a"] = new() { GwPriority = 1 }, ["b"] = new() },
        });
        using var inside = engine.In("one", () => new RouteSocket());
        Assert.Equal(sandbox.Networks["b"].Gateway, DefaultGateway(inside));
    }

    [Fact]
    public async Task PublishedPortsFollowTheDefaultRoute()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("a");
        await engine.NetworkAsync("z");
        await engine.NetworkAsync("inner", r => r.Internal = true);
        await engine.StartAsync("one", "z", ("80/tcp", "18220"), ("81/tcp", ""));
        using var server = Traffic.ServeTcp(engine, "one", 80);
        var chosen = Ports()["81/tcp"]![0].HostPort;
        foreach (var (join, leave) in new[] { ("a", ""), ("inner", ""), ("", "z"), ("z", ""), ("", "a") })
        {
            await (join.Length > 0 ? engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), join, new(), default) : engine.Service.Sandboxes.DisconnectAsync(Engine.Id("one"), leave, default));
            Assert.NotEqual("timeout", Traffic.Ask("127.0.0.1", 18220));
            Assert.Equal(("18220", chosen), (Ports()["80/tcp"]![0].HostPort, Ports()["81/tcp"]![0].HostPort));
        }
        await engine.Service.Sandboxes.DisconnectAsync(Engine.Id("one"), "z", default);
        Assert.Empty(Ports());
        Assert.Equal("refused", Traffic.Ask("127.0.0.1", 18220));
        await engine.RestartAsync();
        await engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "a", new(), default);
        Assert.NotEqual("refused", Traffic.Ask("127.0.0.1", 18220));

        Dictionary<string, List<PortBinding>?> Ports() => engine.Service.Sandboxes.Find(Engine.Id("one"))!.Ports;
    }

    [Fact]
    public async Task APortThatCanNotMoveIsNamedAndTheConnectionTakenBack()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("inner", r => r.Internal = true);
        await engine.NetworkAsync("a");
        await engine.StartAsync("one", "inner", ("80/tcp", "127.0.0.1:18221"));
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 18221));
        holder.Listen();
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "a", new(), default));
        Assert.Contains("127.0.0.1:18221", error.Message, StringComparison.Ordinal);
        Assert.Equal(["inner"], engine.Service.Sandboxes.Find(Engine.Id("one"))!.Networks.Keys);
        holder.Close();
        await engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "a", new(), default);
        using var server = Traffic.ServeTcp(engine, "one", 80);
        Assert.NotEqual("timeout", Traffic.Ask("127.0.0.1", 18221));
    }

    [Fact]
    public async Task WhatIsTakenAwayBehindOurBackIsRepairedAtTheNextUse()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("a", r => r.Options = new() { ["com.docker.network.bridge.name"] = "rep0" });
        await engine.StartAsync("one", "a", ("80/tcp", "18222"));
        using var server = Traffic.ServeTcp(engine, "one", 80);
        using var host = new RouteSocket();
        // The bridge: made again, with the links that were on it.
        host.Run(new RouteBatch().Delete(host.FindLink("rep0")!.Index));
        await engine.StartAsync("two", "a");
        Assert.NotEqual("timeout", Traffic.AskFrom(engine, "two", engine.Service.Sandboxes.Find(Engine.Id("one"))!.Networks["a"].IpAddress, 80));
        Assert.NotEqual("timeout", Traffic.Ask("127.0.0.1", 18222));
        // The rules.
        using (var nft = new Corten.Linux.Nftables.NftContext())
        {
            nft.Run($"delete table inet {engine.Options.Table}");
        }
        await engine.StartAsync("three", "a");
        Assert.NotEqual("timeout", Traffic.Ask("127.0.0.1", 18222));
        // A container's link: leaving the network it belongs to and joining it again makes another.
        var link = host.FindLink("veth" + engine.Service.Sandboxes.Find(Engine.Id("two"))!.Networks["a"].EndpointId[..8])!;
        host.Run(new RouteBatch().Delete(link.Index));
        await engine.Service.Sandboxes.DisconnectAsync(Engine.Id("two"), "a", default);
        await engine.Service.Sandboxes.ConnectAsync(Engine.Id("two"), "a", new(), default);
        Assert.NotEqual("timeout", Traffic.AskFrom(engine, "two", engine.Service.Sandboxes.Find(Engine.Id("one"))!.Networks["a"].IpAddress, 80));
    }

    [Fact]
    public async Task AThousandRoundsOfConnectingLeaveNothing()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("a");
        await engine.StartAsync("one");
        await Round();
        using var host = new RouteSocket();
        var (links, descriptors) = (host.Links().Count, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        for (var round = 0; round < 1000; round++)
        {
            await Round();
        }
        Assert.Equal(links, host.Links().Count);
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length, 0, descriptors + 3);
        Assert.Empty(engine.Service.Inspect("a").Containers);
        Assert.Equal(2, (await engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "a", new(), default)).IpAddress.Split('.').Select(int.Parse).Last());

        async Task Round()
        {
            await engine.Service.Sandboxes.ConnectAsync(Engine.Id("one"), "a", new EndpointSettings(), default);
            await engine.Service.Sandboxes.DisconnectAsync(Engine.Id("one"), "a", default);
        }
    }

    [Fact]
    public async Task TwoHundredContainersOfOneNetworkFindEachOther()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("big");
        var addresses = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            addresses.Add((await engine.StartAsync($"c{i}", "big")).Networks["big"].IpAddress);
        }
        Assert.Equal(200, addresses.Count);
        Assert.Equal(200, engine.Service.Inspect("big").Containers.Count);
        using var server = Traffic.ServeTcp(engine, "c199", 80);
        Assert.NotEqual("timeout", Traffic.AskFrom(engine, "c0", engine.Service.Sandboxes.Find(Engine.Id("c199"))!.Networks["big"].IpAddress, 80));
        for (var i = 0; i < 200; i++)
        {
            await engine.StopAsync($"c{i}");
        }
        Assert.Empty(engine.Service.Inspect("big").Containers);
    }

    [Theory]
    [InlineData("com.docker.network.endpoint.ifname", "../x", "invalid endpoint settings:\ninvalid interface name ../x in com.docker.network.endpoint.ifname")]
    [InlineData("com.docker.network.endpoint.sysctls", "net.ipv4.conf.eth0.forwarding=1", "invalid endpoint settings:\nunrecognised network interface sysctl 'net.ipv4.conf.eth0.forwarding=1'")]
    [InlineData("com.docker.network.endpoint.sysctls", "net.ipv4.conf.IFNAME.a/b=1", "invalid endpoint settings:\nunrecognised network interface sysctl 'net.ipv4.conf.IFNAME.a/b=1'")]
    public async Task HostileEndpointOptionsAreRefused(string option, string value, string words)
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("net");
        await engine.StartAsync("one");
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.Service.Sandboxes.ConnectAsync(
            Engine.Id("one"), "net", new EndpointSettings { DriverOpts = new() { [option] = value } }, default));
        Assert.StartsWith(words, error.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Service.Inspect("net").Containers);
        using var inside = engine.In("one", () => new RouteSocket());
        Assert.Equal(2, inside.Links().Count(l => l.IsUp));
    }

    [Fact]
    public async Task AContainerThatDiedWhileNoDaemonRanIsSwept()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("a");
        var gone = await engine.StartAsync("gone", "a", ("80/tcp", "18210"));
        var kept = await engine.StartAsync("kept", "a");
        await engine.RestartAsync(() => engine.Lose("gone"));
        Assert.False(File.Exists(gone.NamespacePath));
        Assert.True(File.Exists(kept.NamespacePath));
        Assert.Equal("kept", Assert.Single(engine.Service.Inspect("a").Containers).Value.Name);
        var next = await engine.StartAsync("next", "a", ("80/tcp", "18210"));
        Assert.Equal(gone.Networks["a"].IpAddress, next.Networks["a"].IpAddress);
        using var host = new RouteSocket();
        // The kernel takes the namespace and its links apart in the background.
        var link = "veth" + gone.Networks["a"].EndpointId[..8];
        SpinWait.SpinUntil(() => host.FindLink(link) is null, 60_000);
        Assert.Null(host.FindLink(link));
        Assert.NotNull(host.FindLink("veth" + kept.Networks["a"].EndpointId[..8]));
    }

    private static string DefaultGateway(RouteSocket inside) =>
        Assert.Single(inside.Routes(), r => r.Destination.PrefixLength == 0 && r.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork).Gateway!.ToString();
}
