using System.Net;
using Corten.Linux.Nftables;
using Corten.Networks.Firewall.Firewalld;
using Corten.Networks.Model;
using Corten.Oci.Errors;

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

    /// <summary>Generations that transactions of ours began and that the watch has not come to yet.</summary>
    private readonly Queue<uint> _own = [];

    /// <summary>After our last transaction; null when another one came between, so that it is not known what that one changed.</summary>
    private uint? _generation;
    private RuleSetWatch? _watch;
    private FirewalldZone? _zone;
    private string? _reported;

    private readonly Action<string>? _report;

    /// <summary>Acts in the network namespace of the thread that makes it.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="report">Told, in words for the daemon's log, what can't be mended from here; without it nothing is watched.</param>
    public PacketRules(string table, Action<string>? report = null)
    {
        _report = report;
        _rules = new RuleSet(table);
        _foreign = new ForeignChains(_nft, table, Commit);
        _rules.Guard = HasGuard(table);
    }

    /// <summary>From now on the host does not forward for others. Stays until the table is removed, over restarts of the daemon.</summary>
    public void Guard() => _rules.Guard = true;

    /// <summary>
    /// At start: everything that has to be there, in one transaction that replaces what an earlier daemon left. From then on others' changes are answered
    /// when they happen: a firewall that is switched on or loaded anew would cut containers off until the next change of ours.
    /// </summary>
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
            if (_report is not null)
            {
                _zone = FirewalldZone.OnSystemBus(_report);
                _watch = new RuleSetWatch(_foreign.Concerns, OnCommitted);
            }
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
        _zone?.Settle();
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
        StopWatching();
        lock (_lock)
        {
            Commit(_rules.Nothing());
            _foreign.Update([]);
            _generation = null;
        }
    }

    public void Dispose()
    {
        StopWatching();
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
        Commit(commands);
    }

    /// <summary>One transaction. A generation that follows the one before is its own; otherwise somebody else's came between.</summary>
    private void Commit(string commands)
    {
        var before = _netfilter.Generation();
        _nft.Run(commands);
        var after = _netfilter.Generation();
        var alone = after == (before == uint.MaxValue ? 1 : before + 1);
        if (alone && _watch is not null)
        {
            _own.Enqueue(after);
        }
        _generation = alone && _generation == before ? after : null;
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
        _generation = _netfilter.Generation();
        Commit(_rules.Whole(_bridges.Values, _ports, _passes));
        var closed = string.Join(", ", _foreign.Update(_bridges.Keys));
        _zone?.Want(_bridges.Keys);
        if (closed.Length > 0 && closed != _reported && _zone is not { Reached: true })
        {
            _report?.Invoke($"the nftables table {closed} lets in no rules but its owner's: what it drops, containers do not get");
        }
        _reported = closed;
    }

    /// <summary>On the watch's thread: there is nobody above to throw to.</summary>
    private void OnCommitted(uint? generation, bool concerns)
    {
        try
        {
            lock (_lock)
            {
                if (!IsOurs(generation) && concerns)
                {
                    RepairIfTouched();
                }
            }
        }
        catch (CortenException e)
        {
            _report?.Invoke($"rules that somebody changed could not be put right: {e.Message}");
        }
    }

    /// <summary>The watch comes to transactions in their order: what lies before one of ours has been passed over.</summary>
    private bool IsOurs(uint? generation)
    {
        if (generation is not { } number)
        {
            _own.Clear();
            return false;
        }
        if (!_own.Contains(number))
        {
            return false;
        }
        while (_own.Dequeue() != number)
        {
        }
        return true;
    }

    private void StopWatching()
    {
        _watch?.Dispose();
        _watch = null;
        _zone?.Dispose();
        _zone = null;
    }
}
