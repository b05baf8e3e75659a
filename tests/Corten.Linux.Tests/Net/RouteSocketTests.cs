using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Corten.Linux.Net;

namespace Corten.Linux.Tests.Net;

public sealed class RouteSocketTests : IDisposable
{
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse("02-42-0A-01-00-02");

    private readonly NamespaceThread _thread = new();

    [Fact]
    public void APairIsMadeAcrossNamespacesInOneMessage()
    {
        using var host = _thread.Create();
        using var container = _thread.Create();
        using var outside = _thread.Run(host, () => new RouteSocket());
        using var inside = _thread.Run(container, () => new RouteSocket());
        outside.Run(new RouteBatch().Bridge("br0", PhysicalAddress.Parse("02-00-00-00-00-01"), 1400));
        var bridge = outside.FindLink("br0")!;
        Assert.Equal(("bridge", true, 1400), (bridge.Kind, bridge.IsUp, bridge.Mtu));

        outside.Run(new RouteBatch().Veth("v0", bridge.Index, "eth0", 0, Mac, container, 1400));
        var end = outside.FindLink("v0")!;
        Assert.Equal(("veth", bridge.Index), (end.Kind, end.Master));
        outside.Run(new RouteBatch().BridgePort(end.Index, hairpin: true));
        var eth0 = inside.FindLink("eth0")!;
        Assert.Equal(Mac, eth0.Mac);

        inside.Run(new RouteBatch().Up(1).AddAddress(eth0.Index, IPAddress.Parse("10.1.0.2"), 24).AddAddress(eth0.Index, IPAddress.Parse("fd01::2"), 64)
            .Up(eth0.Index).AddRoute(eth0.Index, null, IPAddress.Parse("10.1.0.1"), AddressFamily.InterNetwork)
            .AddRoute(eth0.Index, IPNetwork.Parse("10.9.0.0/16"), IPAddress.Parse("10.1.0.1"), AddressFamily.InterNetwork));
        Assert.Contains(new AddressState(eth0.Index, IPAddress.Parse("10.1.0.2"), 24), inside.Addresses());
        Assert.Contains(new AddressState(eth0.Index, IPAddress.Parse("fd01::2"), 64), inside.Addresses());
        Assert.Contains(new RouteState(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("10.1.0.1"), eth0.Index), inside.Routes());
        Assert.Contains(new RouteState(IPNetwork.Parse("10.9.0.0/16"), IPAddress.Parse("10.1.0.1"), eth0.Index), inside.Routes());

        inside.Run(new RouteBatch().DeleteRoute(eth0.Index, null, IPAddress.Parse("10.1.0.1"), AddressFamily.InterNetwork)
            .DeleteAddress(eth0.Index, IPAddress.Parse("fd01::2"), 64));
        Assert.DoesNotContain(inside.Routes(), r => r.Destination.PrefixLength == 0);
        outside.Run(new RouteBatch().Delete(end.Index));
        Assert.Null(outside.FindLink("v0"));
        Assert.Null(inside.FindLink("eth0"));
    }

    [Fact]
    public void AFailureNamesTheMessageAndTheKernelsReason()
    {
        using var ns = _thread.Create();
        using var route = _thread.Run(ns, () => new RouteSocket());
        route.Run(new RouteBatch().Bridge("br0", Mac, 0));
        var error = Assert.Throws<LinuxException>(() => route.Run(new RouteBatch().Bridge("br0", Mac, 0)));
        Assert.Equal((Errno.EEXIST, "RTM_NEWLINK bridge br0"), (error.Errno, error.Call));
        var index = route.FindLink("br0")!.Index;
        error = Assert.Throws<LinuxException>(() => route.Run(new RouteBatch().AddRoute(index, null, IPAddress.Parse("10.200.0.1"), AddressFamily.InterNetwork)));
        Assert.Contains("Nexthop has invalid gateway", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheFailingMessageOfABatchIsMissing()
    {
        using var ns = _thread.Create();
        using var route = _thread.Run(ns, () => new RouteSocket());
        var error = route.TryRun(new RouteBatch().Bridge("a", Mac, 0).Bridge("a", Mac, 0).Bridge("b", Mac, 0));
        Assert.Equal("RTM_NEWLINK bridge a", error!.Call);
        Assert.NotNull(route.FindLink("b"));
    }

    [Fact]
    public void ALinkThatIsNotThereIsNull()
    {
        using var ns = _thread.Create();
        using var route = _thread.Run(ns, () => new RouteSocket());
        Assert.Null(route.FindLink("nothing"));
        Assert.Equal("lo", Assert.Single(route.Links(), l => l.Name == "lo").Name);
    }

    [Fact]
    public void ABoundNamespaceOutlivesItsDescriptorAndEndsWithItsFile()
    {
        var path = Path.Combine(Path.GetTempPath(), "corten-ns-" + Guid.NewGuid().ToString("N"));
        using (var first = _thread.CreateAt(path))
        {
            using var route = _thread.Run(first, () => new RouteSocket());
            route.Run(new RouteBatch().Bridge("mark", Mac, 0));
        }
        using (var again = NetworkNamespace.Open(path))
        {
            using var route = _thread.Run(again, () => new RouteSocket());
            Assert.NotNull(route.FindLink("mark"));
        }
        NetworkNamespace.Unbind(path);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void TheThreadComesHomeAfterAnError()
    {
        var home = _thread.Run(_thread.Home, () => File.ResolveLinkTarget("/proc/thread-self/ns/net", false)!.Name);
        using var ns = _thread.Create();
        Assert.Throws<InvalidOperationException>(() => _thread.Run<int>(ns, () => throw new InvalidOperationException()));
        Assert.Equal(home, _thread.Run(_thread.Home, () => File.ResolveLinkTarget("/proc/thread-self/ns/net", false)!.Name));
    }

    public void Dispose() => _thread.Dispose();
}
