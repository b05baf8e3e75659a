using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.EngineApi.Networks;
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
        var wanted = Wanted(settings, problems);
        if (wanted.Count > 0 && !userDefined)
        {
            problems.Add("user specified IP address is supported on user defined networks only");
        }
        foreach (var address in wanted)
        {
            var pool = network.PoolOf(address.AddressFamily);
            if (pool is null || !pool.Chosen)
            {
                problems.Add("user specified IP address is supported only when connecting to networks with user configured subnets");
            }
            else if (!pool.Network.Contains(address))
            {
                problems.Add($"no configured subnet or ip-range contain the IP address {address}");
            }
        }
        if (settings.DriverOpts?.GetValueOrDefault(LinkNameOption) is { } link && !Verbs.BridgeOptionCheck.IsLinkName(link))
        {
            problems.Add($"invalid interface name {link} in {LinkNameOption}");
        }
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
    public static Endpoint Make(NetworkState state, Network network, SandboxState sandbox, EndpointSettings settings, int order)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var endpoint = new Endpoint
        {
            Id = id,
            NetworkId = network.Id,
            NetworkName = network.Name,
            ContainerId = sandbox.ContainerId,
            ContainerName = sandbox.ContainerName,
            Order = order,
            Settings = settings.ConfigurationOnly(),
            Names = network.IsPredefined ? [] : DnsNames(sandbox, settings),
        };
        if (network.Driver is "host" or "null")
        {
            return endpoint;
        }
        endpoint = endpoint with
        {
            InnerLink = settings.DriverOpts?.GetValueOrDefault(LinkNameOption) is { Length: > 0 } chosen
                ? chosen : (network.Option(BridgeOptions.InterfacePrefix) is { Length: > 0 } prefix ? prefix : "eth") + order,
            HostLink = network.Driver == BridgeDriver.Name ? "veth" + id[..8] : "",
        };
        try
        {
            foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            {
                endpoint = TakeAddress(state, network, endpoint, family);
            }
            return endpoint with { Mac = Mac(endpoint) };
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

    private static Endpoint TakeAddress(NetworkState state, Network network, Endpoint endpoint, AddressFamily family)
    {
        if (state.PoolOf(network, family) is not { } pool)
        {
            return endpoint;
        }
        var ipam = endpoint.Settings.IpamConfig;
        var wanted = family == AddressFamily.InterNetwork ? ipam?.Ipv4Address : ipam?.Ipv6Address;
        IPAddress address;
        if (wanted is { Length: > 0 })
        {
            address = IPAddress.Parse(wanted);
            pool.Take(address);
        }
        else
        {
            address = pool.Take();
        }
        var isolated = network.Driver == BridgeDriver.Name && BridgeDriver.Mode(network, family) == Firewall.GatewayMode.Isolated;
        var gateway = network.Internal || isolated || (network.Driver == SublinkDriver.Ipvlan && !SublinkDriver.HasGateway(network))
            ? "" : network.PoolOf(family)!.Router ?? network.PoolOf(family)!.Gateway;
        return family == AddressFamily.InterNetwork
            ? endpoint with { Ipv4 = address.ToString(), Ipv4Prefix = pool.Subnet.PrefixLength, Gateway4 = gateway }
            : endpoint with { Ipv6 = address.ToString(), Ipv6Prefix = pool.Subnet.PrefixLength, Gateway6 = gateway };
    }

    private static List<IPAddress> Wanted(EndpointSettings settings, List<string> problems)
    {
        var wanted = new List<IPAddress>();
        foreach (var (text, family, words) in new[]
        {
            (settings.IpamConfig?.Ipv4Address, AddressFamily.InterNetwork, "IPv4"),
            (settings.IpamConfig?.Ipv6Address, AddressFamily.InterNetworkV6, "IPv6"),
        })
        {
            if (text is not { Length: > 0 })
            {
                continue;
            }
            if (IPAddress.TryParse(text, out var address) && address.AddressFamily == family)
            {
                wanted.Add(address);
            }
            else
            {
                problems.Add($"invalid {words} address: {text}");
            }
        }
        foreach (var local in settings.IpamConfig?.LinkLocalIps ?? [])
        {
            if (!IPAddress.TryParse(local, out _))
            {
                problems.Add($"invalid link-local IP address: {local}");
            }
        }
        return wanted;
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
