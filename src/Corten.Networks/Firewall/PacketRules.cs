using System.Net;
using Corten.Linux.Nftables;
using Corten.Networks.Model;

namespace Corten.Networks.Firewall;

/// <summary>
/// The rules as they should be, and the kernel made to agree. A change is one transaction of a few elements; when somebody else changed any
/// rule since our last transaction, the whole table is put up again instead, so that what was taken away behind our back comes back.
/// </summary>
public sealed class PacketRules : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RuleSet _rules;
    private readonly NftContext _nft = new();
    private readonly NfnetlinkSocket _netfilter = new();
    private readonly ForeignChains _foreign;
    private readonly Dictionary<string, BridgeRules> _bridges = [];
    private readonly HashSet<PublishedPort> _ports = [];
    private readonly HashSet<LinkPass> _passes = [];
    private uint? _generation;

    /// <summary>Acts in the network namespace of the thread that makes it.</summary>
    public PacketRules(string table)
    {
        _rules = new RuleSet(table);
        _foreign = new ForeignChains(_nft, table);
        _rules.Guard = HasGuard(table);
    }

    /// <summary>From now on the host does not forward for others. Stays until the table is removed, over restarts of the daemon.</summary>
    public void Guard() => _rules.Guard = true;

    /// <summary>At start: everything that has to be there, in one transaction that replaces what an earlier daemon left.</summary>
    public void Restore(IEnumerable<BridgeRules> bridges, IEnumerable<PublishedPort> ports, IEnumerable<LinkPass> passes)
    {
        lock (_lock)
        {
            foreach (var bridge in bridges)
            {
                _bridges[bridge.Device] = bridge;
            }
            _ports.UnionWith(ports);
            _passes.UnionWith(passes);
            Rebuild();
        }
    }

    public void Add(BridgeRules bridge)
    {
        lock (_lock)
        {
            _bridges[bridge.Device] = bridge;
            Rebuild();
        }
    }

    public void RemoveBridge(string device)
    {
        lock (_lock)
        {
            if (_bridges.Remove(device))
            {
                Rebuild();
            }
        }
    }

    public void Open(IReadOnlyCollection<PublishedPort> ports, IReadOnlyCollection<LinkPass> passes)
    {
        lock (_lock)
        {
            if (ports.Count + passes.Count == 0)
            {
                RepairIfTouched();
                return;
            }
            _ports.UnionWith(ports);
            _passes.UnionWith(passes);
            Change(_rules.Add(Elements(ports, passes)));
        }
    }

    public void Close(IReadOnlyCollection<PublishedPort> ports, IReadOnlyCollection<LinkPass> passes)
    {
        lock (_lock)
        {
            _ports.ExceptWith(ports);
            _passes.ExceptWith(passes);
            if (ports.Count + passes.Count > 0)
            {
                Change(_rules.Delete(Elements(ports, passes)));
            }
            ForgetFlows(ports);
        }
    }

    /// <summary>Takes the table, and what was put into others', away.</summary>
    public void Remove()
    {
        lock (_lock)
        {
            _nft.Run(_rules.Nothing());
            _foreign.Update([]);
            _generation = null;
        }
    }

    public void Dispose()
    {
        _nft.Dispose();
        _netfilter.Dispose();
    }

    /// <summary>UDP clients that go on sending must not reach who gets the address next.</summary>
    private static void ForgetFlows(IEnumerable<PublishedPort> ports)
    {
        const byte Udp = 17;
        var addresses = ports.Where(p => p.Protocol == "udp" && p.Translated).Select(p => p.ContainerAddress).Distinct().ToList();
        if (addresses.Count == 0)
        {
            return;
        }
        using var conntrack = new ConntrackSocket();
        addresses.ForEach(address => conntrack.Forget(IPAddress.Parse(address), Udp));
    }

    private bool HasGuard(string table)
    {
        try
        {
            _nft.ListJson($"list chain inet {table} guard");
            return true;
        }
        catch (NftException)
        {
            return false;
        }
    }

    private static IEnumerable<RuleElement> Elements(IEnumerable<PublishedPort> ports, IEnumerable<LinkPass> passes) =>
        ports.SelectMany(RuleSet.Elements).Concat(passes.Select(RuleSet.Element));

    private void Change(string commands)
    {
        if (RepairIfTouched())
        {
            return;
        }
        _nft.Run(commands);
        _generation = _netfilter.Generation();
    }

    private bool RepairIfTouched()
    {
        if (_generation == _netfilter.Generation())
        {
            return false;
        }
        Rebuild();
        return true;
    }

    private void Rebuild()
    {
        _nft.Run(_rules.Whole(_bridges.Values, _ports, _passes));
        _foreign.Update(_bridges.Keys);
        _generation = _netfilter.Generation();
    }
}
