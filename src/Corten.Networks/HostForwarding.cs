using Corten.Networks.Drivers;

namespace Corten.Networks;

/// <summary>
/// Whether the host passes packets on between its links. Where it did not before, it is kept from becoming a router for others: see
/// <see cref="Firewall.RuleSet.Guard"/>.
/// </summary>
internal static class HostForwarding
{
    public static void Enable(NetworkState state)
    {
        if (!state.Options.Forwarding)
        {
            return;
        }
        if (Sysctl.Read("ipv4/ip_forward") != "1")
        {
            if (!state.Options.ForwardForAll)
            {
                state.Rules?.Guard();
            }
            Sysctl.Write("ipv4/ip_forward", "1");
        }
        if (state.Networks.Values.Any(n => n.EnableIpv6 && n.Pools.Count > 0))
        {
            EnableIpv6();
        }
    }

    /// <summary>
    /// A forwarding host ignores router advertisements unless told otherwise (accept_ra = 2); links that listened to them go on
    /// listening, or the host could lose its own address and route.
    /// </summary>
    public static void EnableIpv6()
    {
        const string Configuration = "/proc/sys/net/ipv6/conf";
        if (!Directory.Exists(Configuration) || File.ReadAllText(Configuration + "/all/forwarding").Trim() == "1")
        {
            return;
        }
        foreach (var link in Directory.EnumerateDirectories(Configuration).Where(l => File.ReadAllText(l + "/accept_ra").Trim() == "1"))
        {
            File.WriteAllText(link + "/accept_ra", "2");
        }
        Sysctl.Write("ipv6/conf/all/forwarding", "1");
    }
}
