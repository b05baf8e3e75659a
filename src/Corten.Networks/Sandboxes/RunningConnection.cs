using System.Net.Sockets;
using Corten.EngineApi.Networks;
using Corten.Linux.Net;
using Corten.Networks.Attendant;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Sandboxes;

/// <summary>Networks that a container joins and leaves while it runs.</summary>
internal sealed class RunningConnection(NetworkState state, NamespacePool pool, InnerNetwork inner, SandboxPorts ports, AttendantClient attendant, ContainerFiles files)
{
    public async Task<EndpointSettings> ConnectAsync(string containerId, Network network, EndpointSettings settings, CancellationToken cancellation)
    {
        var sandbox = Sandbox(containerId);
        var others = state.EndpointsOf(containerId);
        if (others.Any(e => e.NetworkId == network.Id))
        {
            throw CortenException.Forbidden($"endpoint with name {sandbox.ContainerName} already exists in network {network.Name}");
        }
        EndpointPlan.Check(network, settings, "");
        var endpoint = EndpointPlan.Make(state, network, sandbox, settings, others);
        state.Put(sandbox, endpoint);
        using var inside = pool.Reopen(sandbox.Id, sandbox.NamespacePath!);
        try
        {
            if (network.Driver == BridgeDriver.Name)
            {
                state.Bridges.Join(network, endpoint, inside.Handle, state.EndpointsOf(network));
            }
            else
            {
                state.Sublinks.Join(network, endpoint, inside.Handle);
            }
            inner.Configure(inside, endpoint);
            MoveDefaultRoutes(inside, others, [.. others, endpoint]);
            state.Rules?.Open([], SandboxView.Passes(state, sandbox));
            sandbox = await ports.MoveAsync(sandbox, others, [.. others, endpoint], cancellation).ConfigureAwait(false);
            await TellAsync(sandbox, endpoint, inside, cancellation).ConfigureAwait(false);
        }
        catch
        {
            Detach(network, endpoint, inside);
            state.Remove(endpoint);
            MoveDefaultRoutes(inside, [.. others, endpoint], others);
            await ports.MoveAsync(Sandbox(containerId), [.. others, endpoint], others, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        HostsFile.Append(sandbox.HostsPath, ContainerFiles.Addresses(endpoint).Select(a => (a.ToString(), HostsFile.Names(sandbox.Hostname, sandbox.Domainname))));
        state.Publish("connect", network, containerId);
        return endpoint.ToApi();
    }

    public async Task DisconnectAsync(string containerId, Network network)
    {
        var endpoint = state.EndpointsOf(containerId).FirstOrDefault(e => e.NetworkId == network.Id)
            ?? throw CortenException.Internal($"container {containerId} is not connected to network {network.Name}");
        var sandbox = Sandbox(containerId);
        state.Rules?.Close([], SandboxView.Passes(state, sandbox));
        await attendant.SendAsync(new AttendantRequest { Withdraw = endpoint.Id }, CancellationToken.None).ConfigureAwait(false);
        using var inside = pool.Reopen(sandbox.Id, sandbox.NamespacePath!);
        Detach(network, endpoint, inside);
        var left = state.EndpointsOf(containerId).Where(e => e.Id != endpoint.Id).ToList();
        MoveDefaultRoutes(inside, [.. left, endpoint], left);
        try
        {
            // Before its address is anybody else's.
            sandbox = await ports.MoveAsync(sandbox, [.. left, endpoint], left, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            state.Remove(endpoint);
        }
        state.Rules?.Open([], SandboxView.Passes(state, sandbox));
        await TellAsync(sandbox, null, inside, CancellationToken.None).ConfigureAwait(false);
        HostsFile.Remove(sandbox.HostsPath, [.. ContainerFiles.Addresses(endpoint).Select(a => a.ToString())]);
        state.Publish("disconnect", network, containerId);
    }

    public async Task RenameAsync(string containerId, string name, CancellationToken cancellation)
    {
        if (!state.Sandboxes.TryGetValue(containerId, out var sandbox))
        {
            return;
        }
        sandbox = sandbox with { ContainerName = name };
        var endpoints = state.EndpointsOf(containerId)
            .Select(e => e with { ContainerName = name, Names = e.Names.Count == 0 ? [] : EndpointPlan.DnsNames(sandbox, e.Settings) }).ToList();
        state.Put(sandbox, endpoints);
        foreach (var endpoint in endpoints.Where(e => e.Names.Count > 0))
        {
            await attendant.SendAsync(new AttendantRequest { Publish = ContainerFiles.Record(endpoint) }, cancellation).ConfigureAwait(false);
        }
    }

    private SandboxState Sandbox(string containerId) => state.Sandboxes.TryGetValue(containerId, out var sandbox) && sandbox.NamespacePath is not null
        ? sandbox
        : throw CortenException.Conflict($"container {containerId} is not running");

    /// <summary>The default routes move only when the endpoint that gives them changes.</summary>
    private void MoveDefaultRoutes(ReadyNamespace inside, IReadOnlyCollection<Endpoint> before, IReadOnlyCollection<Endpoint> after)
    {
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            var old = Gateways.Choose(before, family, id => state.Networks.GetValueOrDefault(id));
            var chosen = Gateways.Choose(after, family, id => state.Networks.GetValueOrDefault(id));
            if (old?.Id != chosen?.Id)
            {
                InnerNetwork.SetDefaultRoute(inside, chosen, family);
            }
        }
    }

    private void Detach(Network network, Endpoint endpoint, ReadyNamespace inside)
    {
        if (network.Driver == BridgeDriver.Name)
        {
            state.Bridges.Leave(endpoint);
        }
        else
        {
            InnerNetwork.Remove(inside, endpoint);
        }
    }

    /// <summary>The name server learns of the new endpoint, and of the networks that the container is on now.</summary>
    private async Task TellAsync(SandboxState sandbox, Endpoint? added, ReadyNamespace inside, CancellationToken cancellation)
    {
        var endpoints = state.EndpointsOf(sandbox.ContainerId);
        if (added is { Names.Count: > 0 })
        {
            await attendant.SendAsync(new AttendantRequest { Publish = ContainerFiles.Record(added) }, cancellation).ConfigureAwait(false);
        }
        if (files.UsesNameServer(sandbox, endpoints))
        {
            await attendant.SendAsync(new AttendantRequest { Serve = files.NameClient(sandbox, endpoints, inside.Handle) }, cancellation).ConfigureAwait(false);
        }
        files.WriteResolvConf(sandbox, endpoints);
    }
}
