using System.Net.Sockets;
using Corten.Networks.Model;

namespace Corten.Networks.Sandboxes;

/// <summary>Which endpoint gives a container its default route: the highest priority, then the network's name. Each family for itself.</summary>
internal static class Gateways
{
    public static Endpoint? Choose(IEnumerable<Endpoint> endpoints, AddressFamily family, Func<string, Network?> network) => endpoints
        .Where(e => HasWayOut(e, family, network(e.NetworkId)))
        .OrderByDescending(e => e.Settings.GwPriority)
        .ThenBy(e => e.NetworkName, StringComparer.Ordinal)
        .FirstOrDefault();

    private static bool HasWayOut(Endpoint endpoint, AddressFamily family, Network? network) =>
        network is { Internal: false } && endpoint.Address(family) is not null
        && (endpoint.Gateway(family).Length > 0 || network.Driver == Drivers.SublinkDriver.Ipvlan);
}
