using Corten.Linux.Net;
using Corten.Linux.Nftables;

namespace Corten.Linux.Tests.Nftables;

public sealed class NftContextTests : IDisposable
{
    private readonly NamespaceThread _thread = new();

    [Fact]
    public void ATextIsOneTransaction()
    {
        using var ns = _thread.Create();
        using var nft = _thread.Run(ns, () => new NftContext());
        nft.Run("add table inet a");
        var error = Assert.Throws<NftException>(() => nft.Run("add table inet b\nadd rule inet nothing x accept"));
        Assert.Contains("No such file or directory", error.Message, StringComparison.Ordinal);
        var tables = nft.ListJson("list tables");
        Assert.Contains("\"a\"", tables, StringComparison.Ordinal);
        Assert.DoesNotContain("\"b\"", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void TheGenerationChangesWithAnybodysTransactionAndOnlyThen()
    {
        using var ns = _thread.Create();
        using var nft = _thread.Run(ns, () => new NftContext());
        using var other = _thread.Run(ns, () => new NftContext());
        using var netfilter = _thread.Run(ns, () => new NfnetlinkSocket());
        var first = netfilter.Generation();
        Assert.Equal(first, netfilter.Generation());
        nft.Run("add table inet a");
        var second = netfilter.Generation();
        Assert.NotEqual(first, second);
        other.Run("delete table inet a");
        Assert.NotEqual(second, netfilter.Generation());
    }

    public void Dispose() => _thread.Dispose();
}
