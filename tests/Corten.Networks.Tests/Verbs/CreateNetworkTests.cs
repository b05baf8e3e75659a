using Corten.EngineApi.Filters;
using Corten.EngineApi.Networks;
using Corten.Linux.Net;
using Corten.Networks.Tests.Support;
using Corten.Oci.Errors;

namespace Corten.Networks.Tests.Verbs;

public sealed class CreateNetworkTests
{
    public static TheoryData<string, Action<NetworkCreateRequest>, ErrorKind, string> Refused => new()
    {
        { "bridge", _ => { }, ErrorKind.Forbidden, "operation is not permitted on predefined bridge network" },
        { "taken", _ => { }, ErrorKind.Conflict, "network with name taken already exists" },
        { "x", r => r.Driver = "foo", ErrorKind.NotFound, "plugin \"foo\" not found" },
        { "x", r => r.Driver = "host", ErrorKind.Forbidden, "only one instance of \"host\" network is allowed" },
        { "x", r => r.Driver = "null", ErrorKind.Forbidden, "only one instance of \"null\" network is allowed" },
        { "x", Subnet("10.77.0.5/24"), ErrorKind.InvalidArgument, "invalid network config:\ninvalid subnet 10.77.0.5/24: it should be 10.77.0.0/24" },
        { "x", Subnet("foo"), ErrorKind.InvalidArgument, "invalid network config:\ninvalid subnet foo: invalid CIDR block notation" },
        {
            "x", Subnet("10.68.1.0/24"), ErrorKind.Forbidden,
            "invalid pool request: Pool overlaps with other one on this address space: 10.68.1.0/24 overlaps with 10.68.0.0/16 of network taken"
        },
        {
            "x", r => r.Ipam = new Ipam { Config = [new() { Subnet = "10.79.0.0/24", Gateway = "10.79.0.1", AuxiliaryAddresses = new() { ["a"] = "10.79.0.1" } }] },
            ErrorKind.Forbidden, "failed to allocate secondary ip address (a:10.79.0.1): Address already in use"
        },
        {
            "x", Option("com.docker.network.driver.mtu", "abc"), ErrorKind.InvalidArgument,
            "failed to parse com.docker.network.driver.mtu value: abc (strconv.Atoi: parsing \"abc\": invalid syntax)"
        },
        {
            "x", Option("com.docker.network.bridge.enable_icc", "abc"), ErrorKind.InvalidArgument,
            "failed to parse com.docker.network.bridge.enable_icc value: abc (strconv.ParseBool: parsing \"abc\": invalid syntax)"
        },
        { "", _ => { }, ErrorKind.InvalidArgument, "invalid name: name is empty" },
        { "x", r => r.Ipam = new Ipam { Config = [new() { Subnet = "10.98.0.0/24" }, new() { Subnet = "10.97.0.0/24" }] }, ErrorKind.Forbidden, "bridge driver doesn't support multiple subnets" },
        { "x", r => r.Ipam = new Ipam { Config = [new() { Subnet = "10.98.0.0/24", Gateway = "10.99.0.1" }] }, ErrorKind.InvalidArgument, "invalid network config:\ninvalid gateway 10.99.0.1: parent subnet 10.98.0.0/24 doesn't contain this address" },
        { "x", r => r.ConfigFrom = new ConfigReference { Network = "taken" }, ErrorKind.NotFound, "configuration network \"taken\" does not exist" },
        { "x", r => (r.EnableIpv4, r.EnableIpv6) = (false, false), ErrorKind.InvalidArgument, "IPv4 or IPv6 must be enabled" },
        {
            "x", r => (r.Driver, r.Options) = ("macvlan", new() { ["macvlan_mode"] = "zz" }), ErrorKind.Internal,
            "requested macvlan mode 'zz' is not valid, 'bridge' mode is the macvlan driver default"
        },
        {
            "x", r => (r.Driver, r.Options) = ("macvlan", new() { ["parent"] = "eth99" }), ErrorKind.Internal,
            "invalid subinterface vlan name eth99, example formatting is eth0.10"
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task WhatCannotBeIsRefusedInDockersWords(string name, Action<NetworkCreateRequest> change, ErrorKind kind, string message)
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("taken", Subnet("10.68.0.0/16"));
        var before = engine.Service.List(FilterSet.Empty).Count;
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.NetworkAsync(name, change));
        Assert.Equal((kind, message), (error.Kind, error.Message));
        Assert.Equal(before, engine.Service.List(FilterSet.Empty).Count);
    }

    [Fact]
    public async Task ANetworkIsShownAsItWasMade()
    {
        await using var engine = new Engine();
        var id = await engine.NetworkAsync("net", r =>
        {
            r.Labels = new() { ["a"] = "b" };
            r.Ipam = new Ipam { Options = [], Config = [new() { Subnet = "10.77.0.0/24", AuxiliaryAddresses = new() { ["router"] = "10.77.0.2" } }] };
            r.Options = new() { ["com.docker.network.driver.mtu"] = "1400", ["com.docker.network.bridge.name"] = "mybr0" };
        });
        var shown = engine.Service.Inspect("net");
        Assert.Equal(id, shown.Id);
        Assert.Null(shown.Ipam.Config![0].Gateway);
        Assert.Equal("b", shown.Labels["a"]);
        var one = await engine.StartAsync("one", "net");
        Assert.Equal("10.77.0.3", one.Networks["net"].IpAddress);
        using var host = new RouteSocket();
        Assert.Equal(1400, host.FindLink("mybr0")!.Mtu);
        Assert.Equal("10.77.0.3/24", engine.Service.Inspect(id[..8]).Containers[Engine.Id("one")].Ipv4Address);
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.Service.RemoveAsync("net", default));
        Assert.Matches("^error while removing network: network net has active endpoints \\(name:\"one\" id:\"[0-9a-f]{12}\"\\)$", error.Message);
        await engine.StopAsync("one");
        await engine.Service.RemoveAsync("net", default);
        Assert.Null(host.FindLink("mybr0"));
        Assert.Equal("network net not found", Assert.Throws<CortenException>(() => engine.Service.Inspect("net")).Message);
        Assert.Equal("bridge is a pre-defined network and cannot be removed",
            (await Assert.ThrowsAsync<CortenException>(() => engine.Service.RemoveAsync("bridge", default))).Message);
    }

    [Fact]
    public async Task PoolsAreCutFromTheConfiguredOnesUntilTheyRunOut()
    {
        await using var engine = new Engine(o => o with { DefaultAddressPools = [new(System.Net.IPNetwork.Parse("10.240.0.0/23"), 24)] });
        await engine.NetworkAsync("a");
        await engine.NetworkAsync("b");
        Assert.Equal("10.240.0.0/24", engine.Service.Inspect("a").Ipam.Config![0].Subnet);
        Assert.Equal("10.240.1.1", engine.Service.Inspect("b").Ipam.Config![0].Gateway);
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.NetworkAsync("c"));
        Assert.StartsWith("all predefined address pools have been fully subnetted", error.Message, StringComparison.Ordinal);
        await engine.Service.RemoveAsync("a", default);
        await engine.NetworkAsync("c");
        Assert.Equal("10.240.0.0/24", engine.Service.Inspect("c").Ipam.Config![0].Subnet);
    }

    [Fact]
    public async Task ASubnetThatTheHostHasARouteToIsRefusedNamingBoth()
    {
        await using var engine = new Engine();
        using var remote = Traffic.Neighbour(engine, "rt0", "10.95.0.1", "10.95.0.2");
        var error = await Assert.ThrowsAsync<CortenException>(() => engine.NetworkAsync("x", Subnet("10.95.0.0/16")));
        Assert.Equal("invalid pool request: Pool overlaps with other one on this address space: "
            + "10.95.0.0/16 overlaps with 10.95.0.0/24 of the host's route through rt0", error.Message);
    }

    [Fact]
    public async Task AConfigurationNetworkGivesItsConfiguration()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("cfg", r => (r.ConfigOnly, r.Ipam) = (true, new Ipam { Config = [new() { Subnet = "10.81.0.0/24" }] }));
        await engine.NetworkAsync("net", r => r.ConfigFrom = new ConfigReference { Network = "cfg" });
        Assert.Equal("null", engine.Service.Inspect("cfg").Driver);
        Assert.Equal("10.81.0.0/24", engine.Service.Inspect("net").Ipam.Config![0].Subnet);
        Assert.Equal("10.81.0.2", (await engine.StartAsync("one", "net")).Networks["net"].IpAddress);
        await engine.StopAsync("one");
        Assert.Contains("in use", (await Assert.ThrowsAsync<CortenException>(() => engine.Service.RemoveAsync("cfg", default))).Message, StringComparison.Ordinal);
        await engine.Service.RemoveAsync("net", default);
    }

    [Fact]
    public async Task ListsAreFilteredAndPruned()
    {
        await using var engine = new Engine();
        await engine.NetworkAsync("used");
        await engine.NetworkAsync("free", r => r.Labels = new() { ["keep"] = "no" });
        await engine.StartAsync("one", "used");
        Assert.Equal(["free", "used"], Names("""{"type":["custom"]}"""));
        Assert.Equal(["free"], Names("""{"dangling":["true"]}"""));
        Assert.Equal(["bridge"], Names("""{"name":["bridge"]}"""));
        Assert.Equal(["host"], Names("""{"driver":["host"]}"""));
        Assert.Equal(["free"], Names("""{"label":["keep=no"]}"""));
        Assert.Empty(Names("""{"scope":["swarm"]}"""));
        Assert.Equal("invalid filter: 'type'='zz'", Assert.Throws<CortenException>(() => Names("""{"type":["zz"]}""")).Message);
        Assert.Equal("invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")",
            Assert.Throws<CortenException>(() => Names("""{"dangling":["maybe"]}""")).Message);
        Assert.Null((await engine.Service.PruneAsync(FilterSet.Parse("""{"label":["x"]}"""), default)).NetworksDeleted);
        Assert.Equal(["free"], (await engine.Service.PruneAsync(FilterSet.Empty, default)).NetworksDeleted);
        Assert.Equal(["used"], Names("""{"type":["custom"]}"""));

        List<string> Names(string filters) => engine.Service.List(FilterSet.Parse(filters)).ConvertAll(n => n.Name);
    }

    private static Action<NetworkCreateRequest> Subnet(string subnet) => r => r.Ipam = new Ipam { Config = [new() { Subnet = subnet }] };

    private static Action<NetworkCreateRequest> Option(string name, string value) => r => r.Options = new() { [name] = value };
}
