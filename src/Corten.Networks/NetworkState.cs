using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Corten.EngineApi.Events;
using Corten.Linux.Net;
using Corten.Networks.Drivers;
using Corten.Networks.Firewall;
using Corten.Networks.Addresses;
using Corten.Networks.Model;
using Corten.Oci.Errors;
using Corten.Storage.Metadata;

namespace Corten.Networks;

/// <summary>
/// What all operations share: the objects in memory, which readers see as immutable wholes, and the hands on the kernel. Whoever changes
/// anything holds <see cref="Gate"/>.
/// </summary>
internal sealed class NetworkState : IDisposable
{
    private readonly Dictionary<string, List<AddressPool>> _pools = [];

    public NetworkState(NetworkOptions options, Database database, EventLog events, Action<string> report)
    {
        Options = options;
        Tables = new NetworkTables(database);
        Events = events;
        Bridges = new BridgeDriver(Host);
        Sublinks = new SublinkDriver(Host);
        Rules = options.Rules ? new PacketRules(options.Table, report) : null;
        Networks = Tables.Networks().ToImmutableDictionary(n => n.Id);
        Endpoints = [.. Tables.Endpoints()];
        Sandboxes = Tables.Sandboxes().ToImmutableDictionary(s => s.ContainerId);
        foreach (var network in Networks.Values)
        {
            AddPools(network);
        }
    }

    public NetworkOptions Options { get; }

    public NetworkTables Tables { get; }

    public EventLog Events { get; }

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The namespace that the daemon runs in.</summary>
    public RouteSocket Host { get; } = new();

    public NamespaceThread Namespaces { get; } = new();

    /// <summary>Null where the user wants no rules.</summary>
    public PacketRules? Rules { get; }

    public BridgeDriver Bridges { get; }

    public SublinkDriver Sublinks { get; }

    public ImmutableDictionary<string, Network> Networks { get; private set; }

    /// <summary>In the order of joining.</summary>
    public ImmutableList<Endpoint> Endpoints { get; private set; }

    /// <summary>By container.</summary>
    public ImmutableDictionary<string, SandboxState> Sandboxes { get; private set; }

    /// <summary>By full id, exact name, or the beginning of one id.</summary>
    public Network Find(string nameOrId)
    {
        var networks = Networks;
        if (networks.TryGetValue(nameOrId, out var exact))
        {
            return exact;
        }
        if (networks.Values.FirstOrDefault(n => n.Name == nameOrId) is { } named)
        {
            return named;
        }
        var byPrefix = nameOrId.Length == 0 ? [] : networks.Values.Where(n => n.Id.StartsWith(nameOrId, StringComparison.Ordinal)).Take(2).ToList();
        return byPrefix.Count switch
        {
            1 => byPrefix[0],
            0 => throw CortenException.NotFound($"network {nameOrId} not found"),
            _ => throw CortenException.Invalid($"network {nameOrId} is ambiguous ({byPrefix.Count} matches found based on ID prefix)"),
        };
    }

    public IReadOnlyList<Endpoint> EndpointsOf(Network network) => Endpoints.FindAll(e => e.NetworkId == network.Id);

    public IReadOnlyList<Endpoint> EndpointsOf(string containerId) =>
        [.. Endpoints.Where(e => e.ContainerId == containerId).OrderBy(e => e.Order)];

    /// <summary>In the order in which they are used up.</summary>
    public IEnumerable<AddressPool> PoolsOf(Network network, AddressFamily family) => _pools.GetValueOrDefault(network.Id, []).Where(p => p.Family == family);

    public void Put(Network network)
    {
        Tables.Put(network);
        Networks = Networks.SetItem(network.Id, network);
        AddPools(network);
    }

    public void Remove(Network network)
    {
        Tables.RemoveNetwork(network.Id);
        Networks = Networks.Remove(network.Id);
        _pools.Remove(network.Id);
    }

    public void Put(SandboxState sandbox, params IReadOnlyCollection<Endpoint> endpoints)
    {
        Tables.Put(sandbox, endpoints);
        Sandboxes = Sandboxes.SetItem(sandbox.ContainerId, sandbox);
        foreach (var endpoint in endpoints)
        {
            Endpoints = Endpoints.RemoveAll(e => e.Id == endpoint.Id).Add(endpoint);
        }
    }

    /// <summary>Forgets an endpoint and frees its addresses.</summary>
    public void Remove(Endpoint endpoint)
    {
        Tables.RemoveEndpoint(endpoint.Id);
        Endpoints = Endpoints.RemoveAll(e => e.Id == endpoint.Id);
        Free(endpoint);
    }

    public void RemoveSandbox(string containerId)
    {
        Tables.RemoveSandbox(containerId);
        foreach (var endpoint in Endpoints.Where(e => e.ContainerId == containerId))
        {
            Free(endpoint);
        }
        Endpoints = Endpoints.RemoveAll(e => e.ContainerId == containerId);
        Sandboxes = Sandboxes.Remove(containerId);
    }

    public void Free(Endpoint endpoint) => WithPools(endpoint, static (pool, address) => pool.Release(address));

    public void Publish(string action, Network network, string? containerId = null)
    {
        var attributes = new Dictionary<string, string> { ["name"] = network.Name, ["type"] = network.Driver };
        if (containerId is not null)
        {
            attributes["container"] = containerId;
        }
        Events.Publish(EventType.Network, action, network.Id, attributes);
    }

    /// <summary>Runs a change alone.</summary>
    public async Task<T> Exclusively<T>(Func<Task<T>> change, CancellationToken cancellation)
    {
        await Gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await change().ConfigureAwait(false);
        }
        finally
        {
            Gate.Release();
        }
    }

    public void Dispose()
    {
        Host.Dispose();
        Rules?.Dispose();
        Namespaces.Dispose();
        Gate.Dispose();
    }

    private void AddPools(Network network)
    {
        _pools[network.Id] = network.Pools.ConvertAll(p => new AddressPool(p));
        foreach (var endpoint in EndpointsOf(network))
        {
            WithPools(endpoint, static (pool, address) => pool.Restore(address));
        }
    }

    private void WithPools(Endpoint endpoint, Action<AddressPool, IPAddress> act)
    {
        foreach (var address in new[] { endpoint.Address4, endpoint.Address6 }.OfType<IPAddress>())
        {
            if (_pools.GetValueOrDefault(endpoint.NetworkId, []).Find(p => p.Family == address.AddressFamily && p.Subnet.Contains(address)) is { } pool)
            {
                act(pool, address);
            }
        }
    }
}
