using System.Net;
using Corten.Networks.Addresses;

namespace Corten.Networks.Verbs;

/// <summary>Ranges that a new network may not have.</summary>
internal static class TakenRanges
{
    /// <summary>Those of the other networks, and the host's routes unless they are <paramref name="ownDevice"/>'s own.</summary>
    public static List<TakenRange> Of(NetworkState state, bool withHost, string ownDevice = "")
    {
        var taken = new List<TakenRange>();
        foreach (var network in state.Networks.Values.Where(n => !n.ConfigOnly))
        {
            taken.AddRange(network.Pools.Select(p => new TakenRange(p.Network, $"network {network.Name}")));
        }
        if (!withHost)
        {
            return taken;
        }
        var names = state.Host.Links().ToDictionary(l => l.Index, l => l.Name);
        var ours = state.Networks.Values.Select(n => n.Device).Append(ownDevice).ToHashSet();
        foreach (var route in state.Host.Routes().Where(r => r.Destination.PrefixLength > 0))
        {
            var link = names.GetValueOrDefault(route.Output, "?");
            if (!ours.Contains(link) && !route.Destination.BaseAddress.IsIPv6LinkLocal && !IsMulticast(route.Destination.BaseAddress))
            {
                taken.Add(new TakenRange(route.Destination, $"the host's route through {link}"));
            }
        }
        return taken;
    }

    private static bool IsMulticast(IPAddress address) => address.IsIPv6Multicast;
}
