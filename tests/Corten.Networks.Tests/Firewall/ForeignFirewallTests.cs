using System.Diagnostics;
using Corten.Linux.Nftables;
using Corten.Networks.Tests.Support;

namespace Corten.Networks.Tests.Firewall;

/// <summary>Tables shaped as iptables, ufw and firewalld make them, put up and loaded anew by another program while containers run.</summary>
public sealed class ForeignFirewallTests
{
    /// <summary>A container that reaches a neighbour of the host is refused by it, having no server; one whose packets are dropped hears nothing.</summary>
    private const string Passed = "refused";

    [Theory]
    [InlineData("table ip filter { chain FORWARD { type filter hook forward priority filter; policy drop; counter jump own; }; chain own { }; }")]
    [InlineData("table inet firewalld { chain filter_FORWARD { type filter hook forward priority filter + 10; policy drop; ct state { established, related } accept; reject with icmpx admin-prohibited; }; }")]
    public async Task AFirewallThatComesLaterOrIsLoadedAnewLetsContainersPass(string table)
    {
        await using var engine = new Engine();
        using var outside = Traffic.Neighbour(engine, "ff0", "10.94.0.1", "10.94.0.2");
        await engine.StartAsync("one");
        var name = string.Join(' ', table.Split(' ')[1..3]);
        var chain = table.Split(' ')[5];
        try
        {
            // First it is new; then it is replaced, as by a reload; then its rules are flushed, as by iptables -F; then it is put up by pieces.
            foreach (var change in new[]
            {
                table,
                $"delete table {name}\n{table}",
                $"flush table {name}",
                $"delete table {name}\nadd table {name}\n{table}",
            })
            {
                await NftAsync(change);
                HasPass(engine, name, chain);
                Assert.Equal(Passed, Traffic.AskFrom(engine, "one", "10.94.0.2", 80));
            }
        }
        finally
        {
            await NftAsync($"delete table {name}");
        }
    }

    [Fact]
    public async Task TwoDaemonsDoNotAnswerEachOther()
    {
        await using var first = new Engine();
        await using var second = new Engine();
        await NftAsync("table ip between { chain FORWARD { type filter hook forward priority filter; policy drop; }; }");
        try
        {
            HasPass(first, "ip between", "FORWARD");
            HasPass(second, "ip between", "FORWARD");
            await NftAsync("flush table ip between");
            HasPass(first, "ip between", "FORWARD");
            HasPass(second, "ip between", "FORWARD");
        }
        finally
        {
            await NftAsync("delete table ip between");
        }
    }

    [Fact]
    public async Task ATableOfARunningProgramsOwnStopsNobodyAndIsReported()
    {
        using var owner = new NftContext();
        owner.Run("table inet owned { flags owner; chain FORWARD { type filter hook forward priority filter; policy accept; }; }");
        await using (var engine = new Engine())
        {
            await engine.StartAsync("one");
            Assert.Contains(engine.Reports, r => r.Contains("inet owned", StringComparison.Ordinal));
        }
        owner.Run("delete table inet owned");
    }

    [Fact]
    public async Task OurOwnTableComesBackWithoutBeingUsed()
    {
        await using var engine = new Engine();
        await NftAsync($"delete table inet {engine.Options.Table}");
        using var nft = new NftContext();
        Assert.True(SpinWait.SpinUntil(() => Listed(nft, $"list table inet {engine.Options.Table}") is not null, Limit));
    }

    /// <summary>How long a thing that has to happen may take on the slowest machine: it ends a test that fails, nothing else.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Waits until the chain has the daemon's pass.</summary>
    private static void HasPass(Engine engine, string table, string chain)
    {
        using var nft = new NftContext();
        var jump = $"\"jump\": {{\"target\": \"{engine.Options.Table.ToUpperInvariant()}\"}}";
        Assert.True(SpinWait.SpinUntil(() => Listed(nft, $"list chain {table} {chain}")?.Contains(jump, StringComparison.Ordinal) == true
            && Listed(nft, $"list chain {table} {engine.Options.Table.ToUpperInvariant()}")?.Contains(engine.Options.Bridge, StringComparison.Ordinal) == true, Limit), Listed(nft, "list ruleset"));
    }

    private static string? Listed(NftContext nft, string command)
    {
        try
        {
            return nft.ListJson(command);
        }
        catch (NftException)
        {
            return null;
        }
    }

    private static async Task NftAsync(string commands)
    {
        using var nft = Process.Start(new ProcessStartInfo("nft", ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await nft.StandardInput.WriteAsync(commands);
        nft.StandardInput.Close();
        var words = await nft.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await nft.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(nft.ExitCode == 0, words);
    }
}
