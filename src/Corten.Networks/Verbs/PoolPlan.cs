using System.Net;
using System.Net.Sockets;
using Corten.EngineApi.Networks;
using Corten.Networks.Addresses;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Verbs;

/// <summary>Turns the pools that a request asks for into those that the network gets.</summary>
internal sealed class PoolPlan(SubnetChooser subnets)
{
    /// <summary>Everything that is wrong with the request's pools by themselves, as one error.</summary>
    public static void Check(IReadOnlyList<IpamConfig> configs)
    {
        var problems = configs.SelectMany(Problems).ToList();
        if (problems.Count > 0)
        {
            throw CortenException.Invalid("invalid network config:\n" + string.Join('\n', problems));
        }
    }

    /// <param name="configs">As requested; their subnets have passed <see cref="Check"/>.</param>
    /// <param name="several">Whether the driver can have more than one subnet of a family.</param>
    /// <param name="withGateway">Whether the subnets of a family need a gateway.</param>
    /// <param name="taken">Ranges of others, to which those that are made here are added.</param>
    public List<Pool> Make(IReadOnlyList<IpamConfig> configs, bool ipv4, bool ipv6, bool several, Func<AddressFamily, bool> withGateway, List<TakenRange> taken)
    {
        var pools = new List<Pool>();
        foreach (var (family, enabled) in new[] { (AddressFamily.InterNetwork, ipv4), (AddressFamily.InterNetworkV6, ipv6) })
        {
            var own = configs.Where(c => c.Subnet is { Length: > 0 } subnet && IPNetwork.Parse(subnet).BaseAddress.AddressFamily == family).ToList();
            if (!enabled)
            {
                continue;
            }
            if (own.Count > 1 && !several)
            {
                throw CortenException.Forbidden("bridge driver doesn't support multiple subnets");
            }
            var made = 0;
            do
            {
                pools.Add(made < own.Count ? Chosen(own[made], withGateway(family), taken) : Automatic(family, withGateway(family), taken));
                taken.Add(new TakenRange(pools[^1].Network, "this network"));
            }
            while (++made < own.Count);
        }
        return pools;
    }

    /// <summary>The pools of a configuration-only network, as they were given.</summary>
    public static List<Pool> Template(IReadOnlyList<IpamConfig> configs) =>
        [.. configs.Where(c => c.Subnet is { Length: > 0 }).Select(c => Plain(c) with { Gateway = c.Gateway ?? "", ShowGateway = c.Gateway is not null })];

    private Pool Automatic(AddressFamily family, bool withGateway, List<TakenRange> taken)
    {
        var subnet = subnets.Choose(family, taken);
        return new Pool { Subnet = subnet.ToString(), Gateway = withGateway ? AddressArithmetic.Nth(subnet, 1).ToString() : "", ShowGateway = withGateway };
    }

    private static Pool Chosen(IpamConfig config, bool withGateway, List<TakenRange> taken)
    {
        var subnet = IPNetwork.Parse(config.Subnet!);
        SubnetChooser.Check(subnet, taken);
        var gateway = config.Gateway is { Length: > 0 } wanted ? IPAddress.Parse(wanted).ToString()
            : withGateway ? FirstFree(config, subnet) : "";
        foreach (var (name, address) in config.AuxiliaryAddresses ?? [])
        {
            if (IPAddress.Parse(address).ToString() == gateway)
            {
                throw CortenException.Forbidden($"failed to allocate secondary ip address ({name}:{address}): Address already in use");
            }
        }
        return Plain(config) with { Gateway = gateway, ShowGateway = config.Gateway is { Length: > 0 } };
    }

    /// <summary>The first address of the range (of the subnet without one) that is no network address and has no other use.</summary>
    private static string FirstFree(IpamConfig config, IPNetwork subnet)
    {
        var auxiliary = config.AuxiliaryAddresses?.Values.Select(IPAddress.Parse).ToHashSet() ?? [];
        var range = config.IpRange is { Length: > 0 } text ? IPNetwork.Parse(text) : subnet;
        var size = AddressArithmetic.Size(subnet);
        for (var n = UInt128.Zero; n < AddressArithmetic.Size(range); n++)
        {
            var address = AddressArithmetic.Nth(range, n);
            if ((size <= 2 || !address.Equals(subnet.BaseAddress)) && !auxiliary.Contains(address))
            {
                return address.ToString();
            }
        }
        throw CortenException.Forbidden($"no address of {range} is left for a gateway");
    }

    private static Pool Plain(IpamConfig config) => new()
    {
        Subnet = IPNetwork.Parse(config.Subnet!).ToString(),
        Range = config.IpRange is { Length: > 0 } range ? IPNetwork.Parse(range).ToString() : null,
        Auxiliary = config.AuxiliaryAddresses,
        Chosen = true,
    };

    private static IEnumerable<string> Problems(IpamConfig config)
    {
        if (!TryCidr(config.Subnet, out var address, out var subnet))
        {
            yield return $"invalid subnet {config.Subnet}: invalid CIDR block notation";
            yield break;
        }
        if (!address.Equals(subnet.BaseAddress))
        {
            yield return $"invalid subnet {config.Subnet}: it should be {subnet}";
        }
        if (config.IpRange is { Length: > 0 })
        {
            if (!TryCidr(config.IpRange, out var first, out var range))
            {
                yield return $"invalid ip-range {config.IpRange}: invalid CIDR block notation";
            }
            else if (range.BaseAddress.AddressFamily != subnet.BaseAddress.AddressFamily || !subnet.Contains(range.BaseAddress) || range.PrefixLength < subnet.PrefixLength)
            {
                yield return $"invalid ip-range {config.IpRange}: parent subnet is {subnet}";
            }
            else if (!first.Equals(range.BaseAddress))
            {
                yield return $"invalid ip-range {config.IpRange}: it should be {range}";
            }
        }
        foreach (var (what, text) in new[] { ("gateway", config.Gateway) }.Concat(
            (config.AuxiliaryAddresses ?? []).Select(a => ($"auxiliary address {a.Key}:", (string?)a.Value))))
        {
            if (text is not { Length: > 0 })
            {
                continue;
            }
            if (!IPAddress.TryParse(text, out var parsed))
            {
                yield return $"invalid {what} {text}: invalid address";
            }
            else if (parsed.AddressFamily != subnet.BaseAddress.AddressFamily || !subnet.Contains(parsed))
            {
                yield return $"invalid {what} {text}: parent subnet {subnet} doesn't contain this address";
            }
        }
    }

    /// <summary>An address with a prefix, whose host bits need not be zero, and the network around it.</summary>
    private static bool TryCidr(string? text, out IPAddress address, out IPNetwork network)
    {
        (address, network) = (IPAddress.None, default);
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !IPAddress.TryParse(text![..slash], out var parsed)
            || !int.TryParse(text[(slash + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var prefix)
            || prefix > AddressArithmetic.Bits(parsed.AddressFamily))
        {
            return false;
        }
        address = parsed;
        network = AddressArithmetic.Around(parsed, prefix);
        return true;
    }
}
