using Corten.Linux.Net;
using Corten.Networks.Attendant;
using Corten.Networks.Model;

namespace Corten.Networks.Sandboxes;

/// <summary>Takes a sandbox apart.</summary>
internal sealed class SandboxRelease(NetworkState state, AttendantClient attendant)
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
}
