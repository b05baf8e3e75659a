using System.Text;
using Corten.Networks.Firewall.Firewalld;
using Corten.Networks.Tests.Support;

namespace Corten.Networks.Tests.Firewall;

public sealed class FirewalldZoneTests
{
    [Fact]
    public async Task BridgesAreToldToFirewalldAndAgainAfterItsReload()
    {
        using var firewalld = new FirewalldDouble();
        var reports = new List<string>();
        using var zone = FirewalldZone.On(firewalld.Path, reports.Add)!;
        zone.Want(["one0"]);
        await firewalld.HasAsync("one0");
        zone.Want(["one0", "two0"]);
        zone.Settle();
        await firewalld.HasAsync("one0", "two0");
        firewalld.Restart();
        await firewalld.HasAsync("one0", "two0");
        zone.Want(["two0"]);
        await firewalld.HasAsync("two0");
        // Making the zone needs a reload, which would cut off others for a moment: once is enough.
        Assert.Equal(1, firewalld.Reloads);
        Assert.True(zone.Reached);
        Assert.Empty(reports);
        var settings = Encoding.ASCII.GetString(firewalld.PolicySettings.Span);
        Assert.Contains("ingress_zones\0", settings, StringComparison.Ordinal);
        Assert.Contains("ANY\0", settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFirewalldThatStartsLaterIsNoticed()
    {
        using var firewalld = new FirewalldDouble { Process = null };
        using var zone = FirewalldZone.On(firewalld.Path, _ => { })!;
        zone.Want(["one0"]);
        zone.Settle();
        Assert.False(zone.Reached);
        Assert.Empty(firewalld.Interfaces);
        firewalld.Process = Environment.ProcessId;
        firewalld.Restart();
        await firewalld.HasAsync("one0");
    }

    [Fact]
    public void AFirewalldOfAnotherNetworkNamespaceIsNotOurs()
    {
        // The first process is outside of the namespace that these tests run in.
        using var firewalld = new FirewalldDouble { Process = 1 };
        using var zone = FirewalldZone.On(firewalld.Path, _ => { })!;
        zone.Want(["one0"]);
        zone.Settle();
        Assert.False(zone.Reached);
        Assert.Empty(firewalld.Interfaces);
    }

    [Fact]
    public void WithoutABusThereIsNoZone() => Assert.Null(FirewalldZone.On("/nonexistent/bus", _ => { }));

    [Theory]
    [InlineData("6c020001ffffff7f010000000000000000000000")]
    [InlineData("42020001000000000100000000000000")]
    public void AMessageThatCannotBeIsRefused(string hex) =>
        Assert.Throws<InvalidDataException>(() => BusMessage.LengthOf(Convert.FromHexString(hex).AsSpan(0, BusMessage.FixedSize)));
}
