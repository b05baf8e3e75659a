using System.Net;
using System.Net.Sockets;
using Corten.Networks.Attendant;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Networks.Ports;

namespace Corten.Networks.Sandboxes;

/// <summary>The ports of a sandbox: published on the endpoints that have the default routes, and moved when others get them.</summary>
internal sealed class SandboxPorts(NetworkState state, PortPublisher publisher, AttendantClient attendant)
{
    /// <summary>Takes the host's ports that the sandbox asks for; the rules are the caller's. Without an endpoint to publish on nothing is published or exposed.</summary>
    /// <param name="sandbox">On record, without ports.</param>
    /// <param name="endpoints">All of the container's.</param>
    /// <param name="earlier">Host ports that it had before, which are kept where the engine may choose.</param>
    /// <returns>The sandbox with its ports, on record.</returns>
    public async Task<SandboxState> PublishAsync(
        SandboxState sandbox, IReadOnlyCollection<Endpoint> endpoints, IReadOnlyList<PublishedPort> earlier, CancellationToken cancellation)
    {
        var ipv4 = SandboxView.Publishing(state, endpoints, AddressFamily.InterNetwork);
        var ipv6 = SandboxView.Publishing(state, endpoints, AddressFamily.InterNetworkV6);
        if ((ipv4 ?? ipv6) is not { } main || (sandbox.Wanted.Bindings.Count == 0 && sandbox.Wanted.Exposed.Count == 0))
        {
            return sandbox;
        }
        var bind = state.Networks[main.NetworkId].Option(BridgeOptions.HostBinding) is { Length: > 0 } text
            ? IPAddress.Parse(text) : state.Options.DefaultBindAddress;
        var wishes = PortPlan.Read(sandbox.Wanted, bind, hasIpv6: File.Exists("/proc/net/if_inet6")).ConvertAll(w => Keep(w, earlier));
        var others = state.Sandboxes.Values.Where(s => s.ContainerId != sandbox.ContainerId).SelectMany(s => s.Ports).ToList();
        var published = await publisher.PublishAsync(
            wishes, ipv4, ipv6, (endpoint, family) => SandboxView.DeviceOf(state, endpoint, family), others, cancellation).ConfigureAwait(false);
        sandbox = sandbox with { Ports = published, Exposed = sandbox.Wanted.Exposed };
        state.Put(sandbox);
        return sandbox;
    }

    /// <summary>
    /// A network was joined or left while the container runs. When the endpoints that ports are published on are others now, the ports go there; host ports
    /// stay the same, even those that nobody chose.
    /// </summary>
    /// <returns>The sandbox as it is on record. When a port can't be had again none is published, and the error says why.</returns>
    public async Task<SandboxState> MoveAsync(
        SandboxState sandbox, IReadOnlyCollection<Endpoint> before, IReadOnlyCollection<Endpoint> after, CancellationToken cancellation)
    {
        if (Same(before, after, AddressFamily.InterNetwork) && Same(before, after, AddressFamily.InterNetworkV6))
        {
            return sandbox;
        }
        var earlier = sandbox.Ports;
        state.Rules?.Close(earlier, []);
        sandbox = sandbox with { Ports = [], Exposed = [] };
        state.Put(sandbox);
        await DropAsync(sandbox).ConfigureAwait(false);
        try
        {
            sandbox = await PublishAsync(sandbox, after, earlier, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await DropAsync(sandbox).ConfigureAwait(false);
            throw;
        }
        state.Rules?.Open(sandbox.Ports, []);
        return sandbox;
    }

    private Task DropAsync(SandboxState sandbox) =>
        sandbox.Wanted.Bindings.Count > 0 || sandbox.Wanted.All
            ? attendant.SendAsync(new AttendantRequest { DropPorts = sandbox.ContainerId }, CancellationToken.None)
            : Task.CompletedTask;

    private bool Same(IReadOnlyCollection<Endpoint> before, IReadOnlyCollection<Endpoint> after, AddressFamily family) =>
        SandboxView.Publishing(state, before, family)?.Id == SandboxView.Publishing(state, after, family)?.Id;

    private static PortWish Keep(PortWish wish, IReadOnlyList<PublishedPort> earlier)
    {
        var known = earlier.FirstOrDefault(p => p.Translated && p.Protocol == wish.Protocol && p.ContainerPort == wish.ContainerPort
            && wish.HostAddresses.Contains(IPAddress.Parse(p.HostAddress)) && (wish.First == 0 || (p.HostPort >= wish.First && p.HostPort <= wish.Last)));
        return known is null ? wish : wish with { First = known.HostPort, Last = known.HostPort };
    }
}
