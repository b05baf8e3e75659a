using Corten.EngineApi.Events;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Networks;
using Corten.Networks.Addresses;
using Corten.Networks.Model;
using Corten.Networks.Sandboxes;
using Corten.Networks.Verbs;
using Corten.Storage.Metadata;

namespace Corten.Networks;

/// <summary>
/// Networks and the sandboxes of running containers. Acts in the network namespace that the daemon runs in. One a daemon; the order is
/// <see cref="Start"/>, then <see cref="ISandboxes.RestoreAsync"/> once it is known which containers live, then everything else.
/// </summary>
public sealed class NetworkService : IDisposable
{
    private readonly NetworkState _state;
    private readonly SandboxService _sandboxes;
    private readonly CreateNetwork _create;
    private readonly RemoveNetwork _remove;

    private NetworkService(NetworkState state, SubnetChooser subnets)
    {
        _state = state;
        _sandboxes = new SandboxService(state);
        _create = new CreateNetwork(state, subnets);
        _remove = new RemoveNetwork(state);
        Pools = subnets.Pools;
    }

    public static SchemaPart Schema => NetworkTables.Schema;

    /// <summary>The networks of running containers, for those who start and stop them.</summary>
    public ISandboxes Sandboxes => _sandboxes;

    /// <summary>What networks without a subnet are cut from, for <c>/info</c>.</summary>
    public IReadOnlyList<AddressPoolOption> Pools { get; }

    /// <summary>Reads the state, and sees to it that the three predefined networks exist.</summary>
    /// <param name="options">The daemon's settings.</param>
    /// <param name="database">Where the state is.</param>
    /// <param name="events">Told of what happens to networks.</param>
    /// <param name="report">Told, in words for the daemon's log, what others' firewalls keep from containers.</param>
    public static NetworkService Start(NetworkOptions options, Database database, EventLog events, Action<string> report)
    {
        database.Apply(Schema);
        var state = new NetworkState(options, database, events, report);
        try
        {
            var subnets = new SubnetChooser(options.DefaultAddressPools, options.ExecRoot);
            new PredefinedNetworks(state, subnets).Ensure();
            HostForwarding.Enable(state);
            return new NetworkService(state, subnets);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    public Task<NetworkCreateResponse> CreateAsync(NetworkCreateRequest request, CancellationToken cancellation) =>
        _state.Exclusively(() => Task.FromResult(_create.Run(request)), cancellation);

    public Task RemoveAsync(string nameOrId, CancellationToken cancellation) => _state.Exclusively(() =>
    {
        _remove.Run(_state.Find(nameOrId));
        return Task.FromResult(true);
    }, cancellation);

    public Task<NetworkPruneReport> PruneAsync(FilterSet filters, CancellationToken cancellation) =>
        _state.Exclusively(() => Task.FromResult(_remove.Prune(filters)), cancellation);

    /// <summary>One network with its containers. Its own endpoints are drawn from one moment.</summary>
    public NetworkResource Inspect(string nameOrId) => NetworkView.ToApi(_state, _state.Find(nameOrId), withContainers: true);

    /// <summary>All networks that pass the filters, by name; without their containers.</summary>
    public List<NetworkResource> List(FilterSet filters) => NetworkList.Run(_state, filters);

    /// <summary>Takes every rule away, for a removal of the engine. Containers lose what the rules gave them.</summary>
    public void RemoveRules() => _state.Rules?.Remove();

    /// <summary>Ends the daemon's part. Bridges, sandboxes, rules and the attendant stay for the next.</summary>
    public void Dispose()
    {
        _sandboxes.Dispose();
        _state.Dispose();
    }
}
