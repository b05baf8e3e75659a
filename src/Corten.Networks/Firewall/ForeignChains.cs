using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Corten.Linux.Nftables;

namespace Corten.Networks.Firewall;

/// <summary>
/// Passes for the bridges in the forward chains of others: iptables (and ufw on it), firewalld, Docker. An accept of ours does not overrule a
/// drop of theirs, since every table has its say; so each gets a chain of ours and a jump to it in front. What may cross is decided in our own
/// table alone. Only interface names and counters are used, which keeps the table readable for iptables.
/// </summary>
internal sealed class ForeignChains(NftContext nft, string table, Action<string> commit)
{
    private const string Ours = "corten";

    private readonly string _chain = table.ToUpperInvariant();

    /// <summary>Where the passes lie. Read by the watch while a change is under way.</summary>
    private volatile ImmutableHashSet<(string Table, string Chain)> _entered = [];

    /// <summary>
    /// Whether a change of somebody else's can have taken passes or our own table away: a forward chain that is new, rules removed from one that has a pass,
    /// or from our chains. What another daemon of this kind does to its own chains is not of interest, or two would answer each other without end.
    /// </summary>
    public bool Concerns(RuleChange change) => change switch
    {
        _ when change.Table == table => change.Kind != RuleChangeKind.ChainMade,
        _ when change.Table.StartsWith(Ours, StringComparison.Ordinal) => false,
        { Kind: RuleChangeKind.ChainMade } => change.ForwardHook,
        { Kind: RuleChangeKind.RuleRemoved } => change.Chain == _chain || _entered.Contains((change.Table, change.Chain)),
        _ => false,
    };

    /// <summary>Brings the passes to the given bridges.</summary>
    /// <returns>Tables that let nobody else's rules in, as firewalld's from release 2.1: their owner has to let the bridges pass.</returns>
    public IReadOnlyList<string> Update(IEnumerable<string> devices)
    {
        var names = devices.ToList();
        var closed = new List<string>();
        var entered = ImmutableHashSet.CreateBuilder<(string, string)>();
        foreach (var (family, foreignTable, chain) in ForwardChains())
        {
            try
            {
                var text = Change(family, foreignTable, chain, names);
                if (text.Length > 0)
                {
                    commit(text);
                }
                entered.Add((foreignTable, chain));
            }
            catch (NftException) when (!ForwardChains().Contains((family, foreignTable, chain)))
            {
                // Taken away meanwhile: it lets everything pass.
            }
            catch (NftException e) when (e.Message.Contains("Operation not permitted", StringComparison.Ordinal))
            {
                closed.Add($"{family} {foreignTable}");
            }
        }
        _entered = entered.ToImmutable();
        return closed;
    }

    private string Change(string family, string foreignTable, string chain, List<string> names)
    {
        var handle = FindJump(family, foreignTable, chain);
        var text = new StringBuilder();
        if (names.Count == 0)
        {
            if (handle is { } old)
            {
                text.AppendLine($"delete rule {family} {foreignTable} {chain} handle {old}");
                text.AppendLine($"flush chain {family} {foreignTable} {_chain}");
                text.AppendLine($"delete chain {family} {foreignTable} {_chain}");
            }
            return text.ToString();
        }
        text.AppendLine($"add chain {family} {foreignTable} {_chain}");
        text.AppendLine($"flush chain {family} {foreignTable} {_chain}");
        foreach (var name in names)
        {
            text.AppendLine($"add rule {family} {foreignTable} {_chain} oifname \"{name}\" counter accept");
            text.AppendLine($"add rule {family} {foreignTable} {_chain} iifname \"{name}\" counter accept");
        }
        if (handle is null)
        {
            text.AppendLine($"insert rule {family} {foreignTable} {chain} counter jump {_chain}");
        }
        return text.ToString();
    }

    /// <summary>The base chains of other tables that see forwarded packets of IPv4 or IPv6.</summary>
    private List<(string Family, string Table, string Chain)> ForwardChains()
    {
        using var answer = JsonDocument.Parse(nft.ListJson("list chains"));
        var found = new List<(string, string, string)>();
        foreach (var item in answer.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (item.TryGetProperty("chain", out var chain)
                && chain.TryGetProperty("hook", out var hook) && hook.GetString() == "forward"
                && chain.TryGetProperty("type", out var type) && type.GetString() == "filter"
                && chain.GetProperty("family").GetString() is "ip" or "ip6" or "inet"
                && !chain.GetProperty("table").GetString()!.StartsWith(Ours, StringComparison.Ordinal))
            {
                found.Add((chain.GetProperty("family").GetString()!, chain.GetProperty("table").GetString()!, chain.GetProperty("name").GetString()!));
            }
        }
        return found;
    }

    private long? FindJump(string family, string foreignTable, string chain)
    {
        using var answer = JsonDocument.Parse(nft.ListJson($"list chain {family} {foreignTable} {chain}"));
        foreach (var item in answer.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (item.TryGetProperty("rule", out var rule) && rule.GetProperty("expr").EnumerateArray().Any(JumpsHere))
            {
                return rule.GetProperty("handle").GetInt64();
            }
        }
        return null;
    }

    private bool JumpsHere(JsonElement expression) =>
        expression.ValueKind == JsonValueKind.Object && expression.TryGetProperty("jump", out var jump)
        && jump.GetProperty("target").GetString() == _chain;
}
