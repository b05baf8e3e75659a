using Corten.Linux.Net;
using Corten.Networks.Attendant;
using Corten.Networks.Drivers;
using Corten.Networks.Model;

namespace Corten.Networks.Sandboxes;

/// <summary>Takes a sandbox apart.</summary>
internal sealed class SandboxRelease(NetworkState state, NamespacePool pool, AttendantClient attendant)
{
    public async Task RunAsync(string containerId)
    {
        if (!state.Sandboxes.TryGetValue(containerId, out var sandbox))
        {
            return;
        }
        var endpoints = state.EndpointsOf(containerId);
        // Rules first: no packet may go to an address that the next container gets.
        state.Rules?.Close(sandbox.Ports, SandboxView.Passes(state, sandbox));
        foreach (var endpoint in endpoints.Where(e => e.Names.Count > 0))
        {
            await attendant.SendAsync(new AttendantRequest { Withdraw = endpoint.Id }, CancellationToken.None).ConfigureAwait(false);
        }
        if (sandbox.Ports.Count > 0 || endpoints.Any(e => e.Names.Count > 0) || sandbox.NamespacePath is not null)
        {
            await attendant.SendAsync(new AttendantRequest { Forget = containerId }, CancellationToken.None).ConfigureAwait(false);
        }
        if (sandbox.NamespacePath is { } path)
        {
            RemoveSublinks(sandbox, endpoints);
            // Nobody is in the namespace any more; the kernel removes it with its links in the background.
            NetworkNamespace.Unbind(path);
        }
        state.RemoveSandbox(containerId);
        foreach (var endpoint in endpoints)
        {
            if (state.Networks.GetValueOrDefault(endpoint.NetworkId) is { } network)
            {
                state.Publish("disconnect", network, containerId);
            }
        }
    }

    /// <summary>
    /// A macvlan's hardware address is taken until the link is gone, and the next container may get the same: so these are not left to the kernel's
    /// background.
    /// </summary>
    private void RemoveSublinks(SandboxState sandbox, IEnumerable<Endpoint> endpoints)
    {
        var sublinks = endpoints.Where(e => state.Networks.GetValueOrDefault(e.NetworkId)?.Driver is SublinkDriver.Macvlan or SublinkDriver.Ipvlan).ToList();
        if (sublinks.Count == 0 || !File.Exists(sandbox.NamespacePath))
        {
            return;
        }
        using var inside = pool.Reopen(sandbox.Id, sandbox.NamespacePath);
        sublinks.ForEach(e => InnerNetwork.Remove(inside, e));
    }
}
