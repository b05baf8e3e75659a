using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.Networks.Drivers;
using Corten.Networks.Addresses;
using Corten.Networks.Model;
using Corten.Networks.Verbs;
using Corten.Oci.Errors;

namespace Corten.Networks;

/// <summary>bridge, host and none. The default bridge follows the daemon's flags at every start.</summary>
internal sealed class PredefinedNetworks(NetworkState state, SubnetChooser subnets)
{
    public void Ensure()
    {
        Ensure("host", "host");
        Ensure("none", "null");
        var known = state.Networks.Values.FirstOrDefault(n => n.Name == "bridge");
        if (state.Options.Bridge == "none")
        {
            if (known is not null)
            {
                state.Remove(known);
            }
            return;
        }
        var network = Bridge(known);
        BridgeOptionCheck.Run(network);
        state.Put(network);
        state.Bridges.Ensure(network, state.EndpointsOf(network));
    }

    private void Ensure(string name, string driver)
    {
        if (!state.Networks.Values.Any(n => n.Name == name))
        {
            state.Put(new Network { Id = NewId(), Name = name, Created = DateTime.UtcNow, Driver = driver });
        }
    }

    private Network Bridge(Network? known)
    {
        var options = state.Options;
        var device = state.Host.FindLink(options.Bridge);
        return new Network
        {
            Id = known?.Id ?? NewId(),
            Name = "bridge",
            Created = known?.Created ?? DateTime.UtcNow,
            Driver = BridgeDriver.Name,
            EnableIpv6 = options.Ipv6,
            Device = options.Bridge,
            // A bridge with another name that exists before us is the user's.
            OwnsDevice = device is null || (known?.Device == options.Bridge && known.OwnsDevice) || options.Bridge == new NetworkOptions { ExecRoot = "" }.Bridge,
            Pools = Pools(known, device),
            Options = new()
            {
                [BridgeOptions.DefaultBridge] = "true",
                [BridgeOptions.InterContainer] = options.InterContainer ? "true" : "false",
                [BridgeOptions.Masquerade] = options.Masquerade ? "true" : "false",
                [BridgeOptions.HostBinding] = options.DefaultBindAddress?.ToString() ?? "0.0.0.0",
                [BridgeOptions.Name] = options.Bridge,
                [BridgeOptions.Mtu] = options.Mtu.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private List<Pool> Pools(Network? known, Linux.Net.LinkState? device)
    {
        var options = state.Options;
        var taken = TakenRanges.Of(state, withHost: true, options.Bridge).Where(t => t.By != "network bridge").ToList();
        var pools = new List<Pool> { Ipv4Pool(known, device, taken) };
        if (options.Ipv6)
        {
            pools.Add(Ipv6Pool(known, taken));
        }
        return pools;
    }

    private Pool Ipv6Pool(Network? known, List<TakenRange> taken)
    {
        var options = state.Options;
        var range = options.FixedCidrV6 is { Length: > 0 } text ? IPNetwork.Parse(text) : default(IPNetwork?);
        var (gateway, subnet) = options.Bip6 is { Length: > 0 } bip ? ParseBridgeAddress(bip, AddressFamily.InterNetworkV6)
            : FirstOf(range ?? known?.PoolOf(AddressFamily.InterNetworkV6)?.Network ?? subnets.Choose(AddressFamily.InterNetworkV6, taken));
        return new Pool
        {
            Subnet = subnet.ToString(), Range = range?.ToString(), Gateway = gateway.ToString(), ShowGateway = true, Router = options.DefaultGatewayV6?.ToString(),
        };
    }

    /// <summary>By preference: <c>--bip</c>, the address that the bridge has, the subnet of the last start, the first free one.</summary>
    private Pool Ipv4Pool(Network? known, Linux.Net.LinkState? device, List<TakenRange> taken)
    {
        var options = state.Options;
        var range = options.FixedCidr is { Length: > 0 } fixedRange ? IPNetwork.Parse(fixedRange).ToString() : null;
        var present = device is null ? default : state.Host.Addresses()
            .FirstOrDefault(a => a.Index == device.Index && a.Address.AddressFamily == AddressFamily.InterNetwork);
        var previous = known?.PoolOf(AddressFamily.InterNetwork);
        var (gateway, subnet) = options.Bip is { Length: > 0 } bip ? ParseBridgeAddress(bip, AddressFamily.InterNetwork)
            : present.Address is not null ? (present.Address, AddressArithmetic.Around(present.Address, present.Prefix))
            : previous is not null && !taken.Any(t => AddressArithmetic.Overlap(t.Range, previous.Network)) ? (previous.GatewayAddress!, previous.Network)
            : FirstOf(range is null ? subnets.Choose(AddressFamily.InterNetwork, taken) : IPNetwork.Parse(range));
        if (options.Bip is { Length: > 0 })
        {
            SubnetChooser.Check(subnet, taken);
        }
        return new Pool
        {
            Subnet = subnet.ToString(), Range = range, Gateway = gateway.ToString(), ShowGateway = true, Router = options.DefaultGateway?.ToString(),
        };
    }

    private static (IPAddress Gateway, IPNetwork Subnet) FirstOf(IPNetwork subnet) => (AddressArithmetic.Nth(subnet, 1), subnet);

    /// <summary>The bridge's own address with its prefix.</summary>
    private static (IPAddress Gateway, IPNetwork Subnet) ParseBridgeAddress(string text, AddressFamily family)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IPAddress.TryParse(text[..slash], out var address) && address.AddressFamily == family
            && int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            && prefix > 0 && prefix < AddressArithmetic.Bits(family)
            ? (address, AddressArithmetic.Around(address, prefix))
            : throw CortenException.Invalid($"invalid bip {text}: it has to be the bridge's address with its prefix, as in 192.168.1.1/24");
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
