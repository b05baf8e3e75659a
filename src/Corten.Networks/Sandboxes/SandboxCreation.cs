using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.EngineApi.Networks;
using Corten.Networks.Attendant;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Networks.Ports;
using Corten.Oci.Errors;

namespace Corten.Networks.Sandboxes;

/// <summary>Makes a sandbox, or nothing.</summary>
internal sealed class SandboxCreation(
    NetworkState state, NamespacePool pool, InnerNetwork inner, SandboxPorts ports, AttendantClient attendant, ContainerFiles files)
{
    private const string ContainerMode = "container:";

    public async Task<Sandbox> RunAsync(SandboxRequest request, CancellationToken cancellation)
    {
        if (request.NetworkMode.StartsWith(ContainerMode, StringComparison.Ordinal))
        {
            return Join(request.NetworkMode[ContainerMode.Length..]);
        }
        if (state.Sandboxes.ContainsKey(request.ContainerId))
        {
            throw CortenException.Conflict($"container {request.ContainerId} has a network sandbox already");
        }
        var networks = Networks(request);
        var ready = networks.Any(n => n.Network.Driver == "host") ? null : pool.Take();
        var sandbox = Describe(request, ready);
        try
        {
            return await BuildAsync(request, sandbox, ready, networks, cancellation).ConfigureAwait(false);
        }
        catch
        {
            // What the kernel has of it goes with the namespace.
            state.RemoveSandbox(request.ContainerId);
            await attendant.SendAsync(new AttendantRequest { Forget = request.ContainerId }, CancellationToken.None).ConfigureAwait(false);
            if (ready is not null)
            {
                ready.Dispose();
                Linux.Net.NetworkNamespace.Unbind(ready.Path);
            }
            throw;
        }
    }

    private async Task<Sandbox> BuildAsync(
        SandboxRequest request, SandboxState sandbox, ReadyNamespace? ready, List<(Network Network, EndpointSettings Settings)> networks,
        CancellationToken cancellation)
    {
        foreach (var (network, settings) in networks)
        {
            EndpointPlan.Check(network, settings, $"invalid config for network {network.Name}: ");
        }
        var endpoints = new List<Endpoint>();
        try
        {
            foreach (var (network, settings) in networks)
            {
                endpoints.Add(EndpointPlan.Make(state, network, sandbox, settings, endpoints));
            }
        }
        catch
        {
            endpoints.ForEach(state.Free);
            throw;
        }
        // Known before it exists: whatever happens from here on, the next daemon finds what to sweep.
        state.Put(sandbox, endpoints);
        if (ready is not null)
        {
            Connect(ready, endpoints);
        }
        sandbox = await ports.PublishAsync(sandbox, endpoints, [], cancellation).ConfigureAwait(false);
        var passes = SandboxView.Passes(state, sandbox);
        state.Rules?.Open(sandbox.Ports, passes);
        try
        {
            await ServeNamesAsync(sandbox, endpoints, ready, cancellation).ConfigureAwait(false);
            files.Write(sandbox, endpoints);
        }
        catch
        {
            state.Rules?.Close(sandbox.Ports, passes);
            throw;
        }
        ready?.Dispose();
        foreach (var (network, _) in networks)
        {
            state.Publish("connect", network, sandbox.ContainerId);
        }
        return SandboxView.ToApi(sandbox, endpoints);
    }

    /// <summary>For <c>container:</c> there is nothing to make.</summary>
    private Sandbox Join(string containerId) => state.Sandboxes.TryGetValue(containerId, out var other)
        ? new Sandbox { Id = other.Id, NamespacePath = other.NamespacePath, Networks = [], Ports = [] }
        : throw CortenException.Conflict($"cannot join network of a non running container: {containerId}");

    /// <summary>The networks to join: the mode's first, then the others by name.</summary>
    private List<(Network Network, EndpointSettings Settings)> Networks(SandboxRequest request)
    {
        var mode = request.NetworkMode is "" or "default" ? "bridge" : request.NetworkMode;
        // Without a default bridge containers that name no network have none.
        var first = state.Find(mode == "bridge" && state.Options.Bridge == "none" ? "none" : mode);
        var wanted = new Dictionary<string, EndpointSettings>();
        if (request.Endpoints is null || first.Driver is "host" or "null")
        {
            wanted[first.Id] = new EndpointSettings();
        }
        else
        {
            foreach (var (name, settings) in request.Endpoints)
            {
                wanted[state.Find(name == "default" ? mode : name).Id] = settings ?? new EndpointSettings();
            }
        }
        return
        [
            .. wanted.Select(w => (Network: state.Networks[w.Key], Settings: w.Value))
                .OrderBy(w => w.Network.Id == first.Id ? 0 : 1).ThenBy(w => w.Network.Name, StringComparer.Ordinal),
        ];
    }

    private static SandboxState Describe(SandboxRequest request, ReadyNamespace? ready) => new()
    {
        Id = ready?.Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        ContainerId = request.ContainerId,
        ContainerName = request.ContainerName,
        Hostname = request.Hostname,
        Domainname = request.Domainname,
        NamespacePath = ready?.Path,
        HostsPath = request.HostsPath,
        ResolvConfPath = request.ResolvConfPath,
        ExtraHosts = [.. request.ExtraHosts],
        Dns = [.. request.Dns],
        DnsSearch = [.. request.DnsSearch],
        DnsOptions = [.. request.DnsOptions],
        Wanted = new WantedPorts
        {
            Bindings = new(request.PortBindings),
            Exposed = [.. request.ExposedPorts.SelectMany(PortPlan.ExpandPorts).Select(e => $"{e.Port}/{e.Protocol}")],
            All = request.PublishAllPorts,
        },
        Links = [.. request.Links.Select(l => new LinkState(l.ChildId, l.ChildName, l.Alias, [.. l.ChildPorts]))],
    };

    private void Connect(ReadyNamespace ready, List<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var network = state.Networks[endpoint.NetworkId];
            if (network.Driver == BridgeDriver.Name)
            {
                state.Bridges.Join(network, endpoint, ready.Handle, state.EndpointsOf(network));
            }
            else if (network.Driver is SublinkDriver.Macvlan or SublinkDriver.Ipvlan)
            {
                state.Sublinks.Join(network, endpoint, ready.Handle);
            }
            else
            {
                continue;
            }
            inner.Configure(ready, endpoint);
        }
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            InnerNetwork.AddDefaultRoute(ready, Gateways.Choose(endpoints, family, id => state.Networks.GetValueOrDefault(id)), family);
        }
    }

    private async Task ServeNamesAsync(SandboxState sandbox, List<Endpoint> endpoints, ReadyNamespace? ready, CancellationToken cancellation)
    {
        foreach (var endpoint in endpoints.Where(e => e.Names.Count > 0))
        {
            await attendant.SendAsync(new AttendantRequest { Publish = ContainerFiles.Record(endpoint) }, cancellation).ConfigureAwait(false);
        }
        if (ready is not null && files.UsesNameServer(sandbox, endpoints))
        {
            await attendant.SendAsync(new AttendantRequest { Serve = files.NameClient(sandbox, endpoints, ready.Handle) }, cancellation).ConfigureAwait(false);
        }
    }
}
