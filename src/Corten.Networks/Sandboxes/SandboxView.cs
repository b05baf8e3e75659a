using System.Net.Sockets;
using Corten.EngineApi.Networks;
using Corten.Networks.Drivers;
using Corten.Networks.Firewall;
using Corten.Networks.Model;

namespace Corten.Networks.Sandboxes;

/// <summary>Answers drawn from the state.</summary>
internal static class SandboxView
{
    public static Sandbox ToApi(SandboxState sandbox, IEnumerable<Endpoint> endpoints) => new()
    {
        Id = sandbox.Id,
        NamespacePath = sandbox.NamespacePath,
        Networks = endpoints.ToDictionary(e => e.NetworkName, e => e.ToApi()),
        Ports = Ports(sandbox),
    };

    /// <summary>The device that a published port's traffic goes to, and whether the host's ports are translated to it.</summary>
    public static (string Device, bool Translated) DeviceOf(NetworkState state, Endpoint endpoint, AddressFamily family)
    {
        var network = state.Networks[endpoint.NetworkId];
        return (network.Device, BridgeDriver.Mode(network, family) is GatewayMode.Nat or GatewayMode.NatUnprotected);
    }

    /// <summary>The endpoint that ports are published on: the one with the default route, if it is on a bridge.</summary>
    public static Endpoint? Publishing(NetworkState state, IEnumerable<Endpoint> endpoints, AddressFamily family) =>
        Gateways.Choose(endpoints, family, id => state.Networks.GetValueOrDefault(id)) is { } endpoint
        && state.Networks[endpoint.NetworkId].Driver == BridgeDriver.Name ? endpoint : null;

    /// <summary>What a link opens on networks whose containers may not talk otherwise.</summary>
    public static List<LinkPass> Passes(NetworkState state, SandboxState sandbox)
    {
        var passes = new List<LinkPass>();
        foreach (var parent in state.EndpointsOf(sandbox.ContainerId))
        {
            if (state.Networks.GetValueOrDefault(parent.NetworkId) is not { Driver: BridgeDriver.Name } network || network.Flag(BridgeOptions.InterContainer, true))
            {
                continue;
            }
            foreach (var link in sandbox.Links)
            {
                foreach (var child in state.EndpointsOf(link.ChildId).Where(e => e.NetworkId == network.Id))
                {
                    passes.AddRange(Passes(network.Device, parent, child, link));
                }
            }
        }
        return passes;
    }

    private static IEnumerable<LinkPass> Passes(string device, Endpoint parent, Endpoint child, LinkState link)
    {
        foreach (var (port, protocol) in link.ChildPorts.SelectMany(Networks.Ports.PortPlan.ExpandPorts))
        {
            foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            {
                if (parent.Address(family) is { } from && child.Address(family) is { } to)
                {
                    yield return new LinkPass(device, from, to, protocol, port);
                }
            }
        }
    }

    private static Dictionary<string, List<PortBinding>?> Ports(SandboxState sandbox)
    {
        var ports = new Dictionary<string, List<PortBinding>?>();
        foreach (var exposed in sandbox.Exposed)
        {
            ports[exposed] = null;
        }
        foreach (var port in sandbox.Ports)
        {
            var key = $"{port.ContainerPort}/{port.Protocol}";
            (ports.GetValueOrDefault(key) ?? (ports[key] = [])).Add(new PortBinding
            {
                HostIp = port.HostAddress,
                HostPort = port.Translated ? port.HostPort.ToString(System.Globalization.CultureInfo.InvariantCulture) : "",
            });
        }
        return ports;
    }
}
