using System.Net.Sockets;
using Corten.Networks.Model;

namespace Corten.Networks.Sandboxes;

/// <summary>
/// Which endpoint gives a container its default route. The order is that of priority, then of the networks' names; the first that has a way out in both families
/// has both, whatever stands before it, and only without one each family has the first of its own.
/// </summary>
internal static class Gateways
{
    /// <summary>In the order in which endpoints are preferred, for routes and for names that several networks know.</summary>
    public static IEnumerable<Endpoint> Ordered(IEnumerable<Endpoint> endpoints) =>
        endpoints.OrderByDescending(e => e.Settings.GwPriority).ThenBy(e => e.NetworkName, StringComparer.Ordinal);

    public static Endpoint? Choose(IEnumerable<Endpoint> endpoints, AddressFamily family, Func<string, Network?> network)
    {
        var ordered = Ordered(endpoints)
            .Select(e => (Endpoint: e, Ipv4: HasWayOut(e, AddressFamily.InterNetwork, network(e.NetworkId)), Ipv6: HasWayOut(e, AddressFamily.InterNetworkV6, network(e.NetworkId))))
            .ToList();
        return ordered.Find(e => e.Ipv4 && e.Ipv6).Endpoint ?? ordered.Find(e => family == AddressFamily.InterNetwork ? e.Ipv4 : e.Ipv6).Endpoint;
    }

    private static bool HasWayOut(Endpoint endpoint, AddressFamily family, Network? network) =>
        network is { Internal: false } && endpoint.Address(family) is not null
        && (endpoint.Gateway(family).Length > 0 || network.Driver == Drivers.SublinkDriver.Ipvlan);
}
