using Corten.Networks.Tests.Support;

namespace Corten.Networks.Tests.Firewall;

public sealed class GuardTests
{
    [Theory]
    [InlineData(false, "timeout")]
    [InlineData(true, "refused")]
    public async Task AHostThatForwardsForContainersOnlyIsNoRouter(bool forAll, string expected)
    {
        await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_forward", "0");
        await using var engine = new Engine(o => o with { ForwardForAll = forAll });
        using var left = Traffic.Neighbour(engine, "lt0", "10.92.0.1", "10.92.0.2");
        using var right = Traffic.Neighbour(engine, "rg0", "10.93.0.1", "10.93.0.2");
        Assert.Equal(expected, engine.Namespaces.Run(left, () => Traffic.Ask("10.93.0.2", 80)));
        // The next daemon finds forwarding on and must remember why.
        await engine.RestartAsync();
        Assert.Equal(expected, engine.Namespaces.Run(left, () => Traffic.Ask("10.93.0.2", 80)));
        // Containers go out all the same.
        await engine.StartAsync("one");
        Assert.Equal("refused", Traffic.AskFrom(engine, "one", "10.92.0.2", 80));
    }
}
