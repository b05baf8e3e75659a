using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.Linux;
using Corten.Linux.Net;
using Corten.Networks.Firewall;
using Corten.Networks.Model;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Drivers;

/// <summary>Networks that are a bridge of the host: each container has a pair of links, one end on the bridge.</summary>
internal sealed class BridgeDriver(RouteSocket host)
{
    public const string Name = "bridge";

    private const string BridgeFilter = "bridge/bridge-nf-call-iptables";

    /// <summary>
    /// Sees to it that the bridge exists, with its addresses. A bridge that was removed behind our back is made again, and the host's ends of the
    /// given endpoints are put back on it.
    /// </summary>
    /// <returns>The bridge's index.</returns>
    public int Ensure(Network network, IReadOnlyCollection<Endpoint> endpoints)
    {
        if (host.FindLink(network.Device) is { } found)
        {
            if (found.Kind != "bridge")
            {
                throw CortenException.Forbidden($"bridge name {network.Device} is taken by a link that is no bridge; choose another with {BridgeOptions.Name}");
            }
            if (!found.IsUp)
            {
                host.Run(new RouteBatch().Up(found.Index));
            }
            AddMissingAddresses(network, found.Index);
            return found.Index;
        }
        if (!network.OwnsDevice)
        {
            throw CortenException.NotFound($"bridge {network.Device} of network {network.Name} does not exist");
        }
        host.Run(new RouteBatch().Bridge(network.Device, RandomMac(), network.Mtu, FiltersFrames(network), RuleSet.LinkGroup));
        var index = host.FindLink(network.Device)!.Index;
        try
        {
            Configure(network);
            AddMissingAddresses(network, index);
            Reattach(index, endpoints);
        }
        catch
        {
            host.Run(new RouteBatch().Delete(index));
            throw;
        }
        return index;
    }

    public void Remove(Network network)
    {
        if (network.OwnsDevice && host.FindLink(network.Device) is { } bridge)
        {
            host.Run(new RouteBatch().Delete(bridge.Index));
        }
    }

    /// <summary>Makes the pair; the end inside has no addresses yet.</summary>
    public void Join(Network network, Endpoint endpoint, SafeFileHandle target, IReadOnlyCollection<Endpoint> neighbours)
    {
        var bridge = Ensure(network, neighbours);
        host.Run(new RouteBatch().Veth(endpoint.HostLink, bridge, endpoint.InnerLink, 0, Mac(endpoint), target, network.Mtu));
        // A container that calls its own published port gets the frame back through the port it came from.
        host.Run(new RouteBatch().BridgePort(host.FindLink(endpoint.HostLink)!.Index, hairpin: true));
    }

    public void Leave(Endpoint endpoint)
    {
        if (host.FindLink(endpoint.HostLink) is { } link)
        {
            host.Run(new RouteBatch().Delete(link.Index));
        }
    }

    /// <summary>The network as the rules see it.</summary>
    public static BridgeRules Rules(Network network) => new()
    {
        Device = network.Device,
        Internal = network.Internal,
        InterContainer = network.Flag(BridgeOptions.InterContainer, true),
        Trusted = [.. (network.Option(BridgeOptions.TrustedInterfaces) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)],
        Subnets =
        [
            .. network.Pools.Select(pool => new BridgeSubnet
            {
                Subnet = pool.Network,
                Mode = Mode(network, pool.Network.BaseAddress.AddressFamily),
                Masquerade = network.Flag(BridgeOptions.Masquerade, true),
                SourceAddress = network.Option(pool.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
                    ? BridgeOptions.HostIpv4 : BridgeOptions.HostIpv6) is { } source ? IPAddress.Parse(source) : null,
            }),
        ],
    };

    public static GatewayMode Mode(Network network, AddressFamily family) =>
        ParseMode(network.Option(family == AddressFamily.InterNetwork ? BridgeOptions.GatewayMode4 : BridgeOptions.GatewayMode6)) ?? GatewayMode.Nat;

    /// <summary>Null for words that are no mode.</summary>
    public static GatewayMode? ParseMode(string? text) => text switch
    {
        null or "" or "nat" => GatewayMode.Nat,
        "nat-unprotected" => GatewayMode.NatUnprotected,
        "routed" => GatewayMode.Routed,
        "isolated" => GatewayMode.Isolated,
        _ => null,
    };

    /// <summary>A locally administered unicast address.</summary>
    public static PhysicalAddress RandomMac()
    {
        var bytes = RandomNumberGenerator.GetBytes(6);
        bytes[0] = (byte)((bytes[0] & 0xfc) | 0x02);
        return new PhysicalAddress(bytes);
    }

    internal static PhysicalAddress Mac(Endpoint endpoint) => PhysicalAddress.Parse(endpoint.Mac);

    private static void Configure(Network network)
    {
        // A port published on 127.0.0.1 is translated on its way out; without this the kernel drops such packets on the bridge. The rules keep
        // containers from reaching the host's own loopback this way.
        Sysctl.Write($"ipv4/conf/{network.Device}/route_localnet", "1");
        Sysctl.WriteIfPresent($"ipv6/conf/{network.Device}/accept_ra", "0");
        // Without a link-local address that has passed its detection the host can't look for containers, and the detection would start with the
        // first container's link.
        Sysctl.WriteIfPresent($"ipv6/conf/{network.Device}/accept_dad", "0");
        Sysctl.WriteIfPresent($"ipv6/conf/{network.Device}/disable_ipv6", network.EnableIpv6 ? "0" : "1");
    }

    /// <summary>Frames between two ports of one bridge pass the rules only if the bridge hands them over, which needs a module.</summary>
    private static bool FiltersFrames(Network network)
    {
        if (network.Flag(BridgeOptions.InterContainer, true))
        {
            return false;
        }
        if (!Sysctl.Exists(BridgeFilter))
        {
            throw CortenException.Forbidden(
                $"cannot restrict inter-container communication on network {network.Name}: /proc/sys/net/{BridgeFilter} does not exist: load the kernel module br_netfilter");
        }
        return true;
    }

    private void AddMissingAddresses(Network network, int index)
    {
        var present = host.Addresses().Where(a => a.Index == index).Select(a => a.Address).ToHashSet();
        foreach (var pool in network.Pools)
        {
            var family = pool.Network.BaseAddress.AddressFamily;
            var inhibited = family == AddressFamily.InterNetwork && network.Flag(BridgeOptions.InhibitIpv4, false);
            if (pool.GatewayAddress is { } gateway && !present.Contains(gateway) && !inhibited && Mode(network, family) != GatewayMode.Isolated)
            {
                try
                {
                    host.Run(new RouteBatch().AddAddress(index, gateway, pool.Network.PrefixLength));
                }
                catch (LinuxException e) when (e.Errno == Errno.EEXIST)
                {
                    // Somebody was faster: it is there.
                }
            }
        }
    }

    private void Reattach(int bridge, IReadOnlyCollection<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (host.FindLink(endpoint.HostLink) is { } link && link.Master == 0)
            {
                host.Run(new RouteBatch().Master(link.Index, bridge));
            }
        }
    }
}
