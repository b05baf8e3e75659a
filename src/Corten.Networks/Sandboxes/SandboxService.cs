using System.Net;
using Corten.EngineApi.Networks;
using Corten.Networks.Attendant;
using Corten.Networks.Model;
using Corten.Networks.Ports;
using Corten.Oci.Errors;

namespace Corten.Networks.Sandboxes;

/// <inheritdoc cref="ISandboxes"/>
internal sealed class SandboxService : ISandboxes, IDisposable
{
    private readonly NetworkState _state;
    private readonly NamespacePool _pool;
    private readonly AttendantClient _attendant;
    private readonly SandboxCreation _creation;
    private readonly SandboxRelease _release;
    private readonly SandboxRestore _restore;
    private readonly RunningConnection _connection;
    private readonly ContainerFiles _files;

    public SandboxService(NetworkState state)
    {
        _state = state;
        _pool = new NamespacePool(state.Namespaces, state.Options.NamespaceFolder, state.Options.ReadyNamespaces);
        _attendant = new AttendantClient(state.Options);
        var inner = new InnerNetwork(state.Namespaces);
        var files = _files = new ContainerFiles(state);
        var publisher = new PortPublisher(_attendant, state.Options.UserlandProxy);
        var ports = new SandboxPorts(state, publisher, _attendant);
        _creation = new SandboxCreation(state, _pool, inner, ports, _attendant, files);
        _release = new SandboxRelease(state, _pool, _attendant);
        _restore = new SandboxRestore(state, _pool, _attendant, publisher, files);
        _connection = new RunningConnection(state, _pool, inner, ports, _attendant, files);
        _attendant.Introduce = _restore.IntroduceAsync;
    }

    public IReadOnlyList<IPAddress> HostGateways => _files.HostGateways();

    public Task<Sandbox> CreateSandboxAsync(SandboxRequest request, CancellationToken cancellation) => _state.Exclusively(async () =>
    {
        try
        {
            return await _creation.RunAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (CortenException e) when (!e.Message.StartsWith("invalid config for network", StringComparison.Ordinal))
        {
            throw new CortenException(e.Kind, $"failed to set up container networking: {e.Message}", e);
        }
    }, cancellation);

    public Task ReleaseAsync(string containerId, CancellationToken cancellation) => _state.Exclusively(async () =>
    {
        await _release.RunAsync(containerId).ConfigureAwait(false);
        return true;
    }, cancellation);

    public Task RestoreAsync(IReadOnlyCollection<string> liveContainerIds, CancellationToken cancellation) => _state.Exclusively(async () =>
    {
        await _restore.RunAsync(liveContainerIds.ToHashSet(), cancellation).ConfigureAwait(false);
        _pool.Refill();
        return true;
    }, cancellation);

    public Sandbox? Find(string containerId) =>
        _state.Sandboxes.TryGetValue(containerId, out var sandbox) ? SandboxView.ToApi(sandbox, _state.EndpointsOf(containerId)) : null;

    public Task<EndpointSettings> ConnectAsync(string containerId, string network, EndpointSettings settings, CancellationToken cancellation) =>
        _state.Exclusively(() => _connection.ConnectAsync(containerId, _state.Find(network), settings, cancellation), cancellation);

    public Task DisconnectAsync(string containerId, string network, CancellationToken cancellation) => _state.Exclusively(async () =>
    {
        await _connection.DisconnectAsync(containerId, _state.Find(network)).ConfigureAwait(false);
        return true;
    }, cancellation);

    public Task ForceDisconnectAsync(string container, string network, CancellationToken cancellation) => _state.Exclusively(async () =>
    {
        var found = _state.Find(network);
        var endpoint = _state.EndpointsOf(found).FirstOrDefault(e => e.ContainerName == container || e.ContainerId == container)
            ?? throw CortenException.NotFound($"endpoint {container} not found");
        await _connection.DisconnectAsync(endpoint.ContainerId, found).ConfigureAwait(false);
        return true;
    }, cancellation);

    public NetworkName Describe(string nameOrId)
    {
        var network = _state.Find(nameOrId);
        return new NetworkName(network.Id, network.Name, network.Driver);
    }

    public void Validate(string network, EndpointSettings settings) => EndpointPlan.Check(_state.Find(network), settings, "");

    public Task RenameAsync(string containerId, string newName, CancellationToken cancellation) => _state.Exclusively(async () =>
    {
        await _connection.RenameAsync(containerId, newName, cancellation).ConfigureAwait(false);
        return true;
    }, cancellation);

    public void Dispose()
    {
        _pool.Dispose();
        _attendant.Dispose();
    }
}
