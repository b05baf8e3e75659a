using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.EngineApi.Networks;
using Corten.Networks.Addresses;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Sandboxes;

/// <summary>Decides what an endpoint will be: names of its links, addresses, the names that it answers to.</summary>
internal static class EndpointPlan
{
    private const string LinkNameOption = "com.docker.network.endpoint.ifname";

    /// <summary>What is wrong with the settings, in Docker's words; nothing, when they can be used.</summary>
    public static List<string> Problems(Network network, EndpointSettings settings)
    {
        var problems = new List<string>();
        var userDefined = !network.IsPredefined;
        if (settings.Aliases is { Count: > 0 } && !userDefined)
        {
            problems.Add("network-scoped alias is supported only for containers in user defined networks");
        }
        var wanted = Wanted(settings);
        if (wanted.Count > 0 && !userDefined)
        {
            problems.Add("user specified IP address is supported on user defined networks only");
        }
        problems.AddRange(Malformed(settings, wanted));
        foreach (var (text, family) in wanted)
        {
            var pools = network.Pools.FindAll(p => p.Chosen && p.Network.BaseAddress.AddressFamily == family);
            if (pools.Count == 0)
            {
                problems.Add("user specified IP address is supported only when connecting to networks with user configured subnets");
            }
            else if (!IPAddress.TryParse(text, out var address) || !pools.Exists(p => p.Network.Contains(address)))
            {
                problems.Add($"no configured subnet or ip-range contain the IP address {text}");
            }
        }
        if (settings.DriverOpts?.GetValueOrDefault(LinkNameOption) is { } link && !Verbs.BridgeOptionCheck.IsLinkName(link))
        {
            problems.Add($"invalid interface name {link} in {LinkNameOption}");
        }
        problems.AddRange(LinkSettings.Problems(settings.DriverOpts?.GetValueOrDefault(LinkSettings.Option) ?? ""));
        if (settings.MacAddress.Length > 0 && !TryMac(settings.MacAddress, out _))
        {
            problems.Add($"{settings.MacAddress} is not a valid mac address");
        }
        return problems;
    }

    /// <summary>Throws what <see cref="Problems"/> finds, as one error.</summary>
    public static void Check(Network network, EndpointSettings settings, string prefix)
    {
        var problems = Problems(network, settings);
        if (problems.Count > 0)
        {
            var list = problems.Count == 1 ? problems[0] : string.Join('\n', problems.Select(p => "* " + p));
            throw CortenException.Invalid($"{prefix}invalid endpoint settings:\n{list}");
        }
    }

    /// <summary>Takes addresses and fills an endpoint; <see cref="NetworkState.Free"/> gives them back.</summary>
    /// <param name="others">The container's endpoints so far.</param>
    public static Endpoint Make(NetworkState state, Network network, SandboxState sandbox, EndpointSettings settings, IReadOnlyCollection<Endpoint> others)
    {
        if (network.ConfigOnly)
        {
            throw CortenException.Forbidden("cannot create endpoint on configuration-only network");
        }
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var endpoint = new Endpoint
        {
            Id = id,
            NetworkId = network.Id,
            NetworkName = network.Name,
            ContainerId = sandbox.ContainerId,
            ContainerName = sandbox.ContainerName,
            Order = Enumerable.Range(0, others.Count + 1).First(i => others.All(e => e.Order != i)),
            Settings = settings.ConfigurationOnly(),
            Names = network.IsPredefined ? [] : DnsNames(sandbox, settings),
        };
        if (network.Driver is "host" or "null")
        {
            return endpoint;
        }
        if (network.Driver == SublinkDriver.Ipvlan && settings.MacAddress.Length > 0)
        {
            throw CortenException.Internal("ipvlan interfaces do not support custom mac address assignment");
        }
        endpoint = endpoint with
        {
            InnerLink = settings.DriverOpts?.GetValueOrDefault(LinkNameOption) is { Length: > 0 } chosen
                ? chosen : FreeName(network.Option(BridgeOptions.InterfacePrefix) is { Length: > 0 } prefix ? prefix : "eth", others),
            HostLink = network.Driver == BridgeDriver.Name ? "veth" + id[..8] : "",
        };
        try
        {
            foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            {
                endpoint = TakeAddress(state, network, endpoint, family);
            }
            // An ipvlan link has its parent's hardware address.
            return network.Driver == SublinkDriver.Ipvlan ? endpoint : endpoint with { Mac = Mac(endpoint) };
        }
        catch
        {
            state.Free(endpoint);
            throw;
        }
    }

    /// <summary>Name, aliases, short id, host name: each once.</summary>
    public static List<string> DnsNames(SandboxState sandbox, EndpointSettings settings)
    {
        var shortId = sandbox.ContainerId[..Math.Min(12, sandbox.ContainerId.Length)];
        IEnumerable<string> names = [sandbox.ContainerName, .. settings.Aliases ?? [], shortId, sandbox.Hostname];
        return [.. names.Where(n => n.Length > 0).Distinct()];
    }

    private static string FreeName(string prefix, IReadOnlyCollection<Endpoint> others) =>
        Enumerable.Range(0, others.Count + 1).Select(i => prefix + i).First(name => others.All(e => e.InnerLink != name));

    private static Endpoint TakeAddress(NetworkState state, Network network, Endpoint endpoint, AddressFamily family)
    {
        var pools = state.PoolsOf(network, family).ToList();
        if (pools.Count == 0)
        {
            return endpoint;
        }
        var ipam = endpoint.Settings.IpamConfig;
        var wanted = family == AddressFamily.InterNetwork ? ipam?.Ipv4Address : ipam?.Ipv6Address;
        var (pool, address) = wanted is { Length: > 0 } ? Wanted(pools, IPAddress.Parse(wanted)) : FirstFree(network, family, pools);
        var isolated = network.Driver == BridgeDriver.Name && BridgeDriver.Mode(network, family) == Firewall.GatewayMode.Isolated;
        var gateway = network.Internal || isolated || (network.Driver == SublinkDriver.Ipvlan && !SublinkDriver.HasGateway(network))
            ? "" : pool.Pool.Router ?? pool.Pool.Gateway;
        return family == AddressFamily.InterNetwork
            ? endpoint with { Ipv4 = address.ToString(), Ipv4Prefix = pool.Subnet.PrefixLength, Gateway4 = gateway }
            : endpoint with { Ipv6 = address.ToString(), Ipv6Prefix = pool.Subnet.PrefixLength, Gateway6 = gateway };
    }

    private static (AddressPool Pool, IPAddress Address) Wanted(List<AddressPool> pools, IPAddress address)
    {
        var pool = pools.First(p => p.Subnet.Contains(address));
        pool.Take(address);
        return (pool, address);
    }

    private static (AddressPool Pool, IPAddress Address) FirstFree(Network network, AddressFamily family, List<AddressPool> pools)
    {
        foreach (var pool in pools)
        {
            if (pool.Take() is { } address)
            {
                return (pool, address);
            }
        }
        var usedUp = string.Join(", ", pools.Select(p => p.Pool.Range ?? p.Pool.Subnet));
        throw CortenException.Internal($"no available {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} addresses on this network's address pools: "
            + $"{network.Name} ({network.Id}): {usedUp} is used up");
    }

    /// <summary>The addresses that are asked for, each with the family that it is asked for as, which one that is wrong does not have.</summary>
    private static List<(string Text, AddressFamily Family)> Wanted(EndpointSettings settings)
    {
        var wanted = new List<(string, AddressFamily)>();
        if (settings.IpamConfig?.Ipv4Address is { Length: > 0 } ipv4)
        {
            wanted.Add((ipv4, AddressFamily.InterNetwork));
        }
        if (settings.IpamConfig?.Ipv6Address is { Length: > 0 } ipv6)
        {
            wanted.Add((ipv6, AddressFamily.InterNetworkV6));
        }
        return wanted;
    }

    private static IEnumerable<string> Malformed(EndpointSettings settings, List<(string Text, AddressFamily Family)> wanted)
    {
        foreach (var (text, family) in wanted)
        {
            if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != family)
            {
                yield return $"invalid {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address: {text}";
            }
        }
        foreach (var local in settings.IpamConfig?.LinkLocalIps ?? [])
        {
            if (!IPAddress.TryParse(local, out _))
            {
                yield return $"invalid link-local IP address: {local}";
            }
        }
    }

    /// <summary>
    /// The user's, or one made from the address: who gets an address again soon after another container had it has the same hardware
    /// address too, so that nobody's neighbour table is wrong.
    /// </summary>
    private static string Mac(Endpoint endpoint)
    {
        var mac = endpoint.Settings.MacAddress.Length > 0 && TryMac(endpoint.Settings.MacAddress, out var chosen) ? chosen!
            : (endpoint.Address4 ?? endpoint.Address6) is { } address ? new PhysicalAddress([0x02, 0x42, .. address.GetAddressBytes()[^4..]])
            : BridgeDriver.RandomMac();
        return string.Join(':', mac.GetAddressBytes().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static bool TryMac(string text, out PhysicalAddress? mac) =>
        PhysicalAddress.TryParse(text, out mac) && mac.GetAddressBytes().Length == 6;
}
