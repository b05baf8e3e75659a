using System.Net.Sockets;
using Corten.Linux.Net;
using Corten.Networks.Tests.Support;
using Corten.Oci.Errors;

namespace Corten.Networks.Tests.Sandboxes;

public sealed class DefaultBridgeTests
{
    [Fact]
    public async Task AContainerGetsTheFirstAddressesARouteAndItsFiles()
    {
        await using var engine = new Engine();
        var sandbox = await engine.StartAsync("one");
        var prefix = engine.Options.Bip![..engine.Options.Bip!.LastIndexOf('.')];

        var endpoint = Assert.Single(sandbox.Networks).Value;
        Assert.Equal("bridge", Assert.Single(sandbox.Networks).Key);
        Assert.Equal($"{prefix}.2", endpoint.IpAddress);
        Assert.Equal(24, endpoint.IpPrefixLen);
        Assert.Equal($"{prefix}.1", endpoint.Gateway);
        Assert.Equal(64, endpoint.EndpointId.Length);
        Assert.Null(endpoint.DnsNames);

        using var inside = engine.In("one", () => new RouteSocket());
        var eth0 = inside.FindLink("eth0")!;
        Assert.True(eth0.IsUp);
        Assert.Equal(endpoint.MacAddress.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant(), eth0.Mac.ToString());
        Assert.Contains(inside.Routes(), r => r.Destination.PrefixLength == 0 && r.Gateway!.ToString() == $"{prefix}.1" && r.Output == eth0.Index);
        Assert.True(inside.FindLink("lo")!.IsUp);

        var hosts = await File.ReadAllTextAsync(engine.HostsPath(Engine.Id("one")));
        Assert.StartsWith("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n", hosts, StringComparison.Ordinal);
        Assert.EndsWith($"{prefix}.2\t{Engine.Id("one")[..12]}\n", hosts, StringComparison.Ordinal);
        Assert.Contains($"{prefix}.1\thost.docker.internal\n", hosts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContainersReachEachOtherAndTheHost()
    {
        await using var engine = new Engine();
        var one = (await engine.StartAsync("one")).Networks["bridge"];
        var two = (await engine.StartAsync("two")).Networks["bridge"];
        using var server = Traffic.ServeTcp(engine, "one", 80);
        Assert.Equal(two.IpAddress, Traffic.AskFrom(engine, "two", one.IpAddress, 80));
        Assert.Equal(one.Gateway, Traffic.Ask(one.IpAddress, 80));
    }

    [Fact]
    public async Task WhatIsReleasedIsGoneAndItsAddressIsGivenAgain()
    {
        await using var engine = new Engine();
        var first = (await engine.StartAsync("one")).Networks["bridge"].IpAddress;
        var path = engine.Service.Sandboxes.Find(Engine.Id("one"))!.NamespacePath!;
        await engine.StopAsync("one");
        Assert.False(File.Exists(path));
        Assert.Null(engine.Service.Sandboxes.Find(Engine.Id("one")));
        Assert.Equal(first, (await engine.StartAsync("two")).Networks["bridge"].IpAddress);
    }

    [Fact]
    public async Task NoneHasLoopbackOnlyAndHostHasNoNamespace()
    {
        await using var engine = new Engine();
        var none = await engine.StartAsync("none", "none");
        using var inside = engine.In("none", () => new RouteSocket());
        Assert.Equal("lo", Assert.Single(inside.Links(), l => l.IsUp).Name);
        Assert.Equal("none", Assert.Single(none.Networks).Key);
        var host = await engine.StartAsync("host", "host");
        Assert.Null(host.NamespacePath);
        Assert.Equal("", host.Networks["host"].IpAddress);
        var joined = await engine.StartAsync("joined", "container:" + Engine.Id("none"));
        Assert.Equal(none.NamespacePath, joined.NamespacePath);
    }

    [Fact]
    public async Task AStaticAddressIsRefusedOnTheDefaultBridgeInDockersWords()
    {
        await using var engine = new Engine();
        var request = engine.Request("one") with
        {
            Endpoints = new Dictionary<string, EngineApi.Networks.EndpointSettings> { ["bridge"] = new() { IpamConfig = new() { Ipv4Address = "10.1.1.1" } } },
        };
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.StartAsync(request));
        Assert.Equal("invalid config for network bridge: invalid endpoint settings:\n* user specified IP address is supported on user defined networks only\n"
            + "* user specified IP address is supported only when connecting to networks with user configured subnets", error.Message);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Null(engine.Service.Sandboxes.Find(Engine.Id("one")));
    }

    [Fact]
    public async Task ABridgeRemovedBehindOurBackIsMadeAgainWithItsPorts()
    {
        await using var engine = new Engine();
        var one = (await engine.StartAsync("one")).Networks["bridge"];
        using (var route = new RouteSocket())
        {
            route.Run(new RouteBatch().Delete(route.FindLink(engine.Options.Bridge)!.Index));
        }
        var two = (await engine.StartAsync("two")).Networks["bridge"];
        using var server = Traffic.ServeTcp(engine, "one", 80);
        Assert.Equal(two.IpAddress, Traffic.AskFrom(engine, "two", one.IpAddress, 80));
    }

    [Fact]
    public async Task ConnectionsOutAreMasqueraded()
    {
        await using var engine = new Engine();
        await engine.StartAsync("one");
        await engine.StartAsync("server");
        using var remote = Traffic.Neighbour(engine, "out0", "10.99.1.1", "10.99.1.2");
        using var listener = engine.Namespaces.Run(remote, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 80));
            socket.Listen();
            return socket;
        });
        var seen = Task.Run(() =>
        {
            using var client = listener.Accept();
            client.Send("x"u8);
            return ((System.Net.IPEndPoint)client.RemoteEndPoint!).Address.ToString();
        });
        Assert.Equal("x", Traffic.AskFrom(engine, "one", "10.99.1.2", 80));
        Assert.Equal("10.99.1.1", await seen);
    }
}
