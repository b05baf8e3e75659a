using System.Globalization;
using System.Net.NetworkInformation;
using Corten.Linux;
using Corten.Linux.Net;
using Corten.Networks.Model;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Drivers;

/// <summary>macvlan and ipvlan: each container has a link of its own on a link of the host.</summary>
internal sealed class SublinkDriver(RouteSocket host)
{
    public const string Macvlan = "macvlan";
    public const string Ipvlan = "ipvlan";

    /// <summary>linux/if_link.h, enum macvlan_mode.</summary>
    private static readonly Dictionary<string, uint> MacvlanModes = new() { ["private"] = 1, ["vepa"] = 2, ["bridge"] = 4, ["passthru"] = 8 };

    /// <summary>linux/if_link.h, enum ipvlan_mode.</summary>
    private static readonly Dictionary<string, uint> IpvlanModes = new() { ["l2"] = 0, ["l3"] = 1, ["l3s"] = 2 };

    private static readonly Dictionary<string, ushort> IpvlanFlags = new() { ["bridge"] = 0, ["private"] = 1, ["vepa"] = 2 };

    /// <summary>Whether the containers are on the parent's link layer, so that their default route has a gateway.</summary>
    public static bool HasGateway(Network network) => network.Driver == Macvlan || IpvlanMode(network) == 0;

    /// <summary>Refuses unknown modes and finds the parent's name; a network without one gets a dummy link and no way out.</summary>
    public static Network Validate(Network network)
    {
        Mode(network);
        var parent = network.Option("parent") ?? "";
        return parent.Length > 0 && parent != "lo"
            ? network with { Device = parent, OwnsDevice = false }
            : parent == "lo"
                ? throw CortenException.Forbidden($"loopback interface is not a valid {network.Driver} parent link")
                : network with { Device = "dm-" + network.Id[..12], OwnsDevice = true, Internal = true };
    }

    /// <summary>Makes what the network sits on, when it isn't there: a dummy, or the VLAN that a name like <c>eth0.10</c> asks for.</summary>
    public Network Create(Network network)
    {
        if (host.FindLink(network.Device) is not null)
        {
            return network;
        }
        if (network.OwnsDevice)
        {
            host.Run(new RouteBatch().Dummy(network.Device));
            return network;
        }
        var dot = network.Device.LastIndexOf('.');
        if (dot < 0 || !int.TryParse(network.Device[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw CortenException.Internal($"invalid subinterface vlan name {network.Device}, example formatting is eth0.10");
        }
        if (number is < 1 or > 4094)
        {
            throw CortenException.Internal($"vlan id must be between 1-4094, received: {number}");
        }
        var below = host.FindLink(network.Device[..dot])
            ?? throw CortenException.Internal($"-o parent interface was not found on the host: {network.Device[..dot]}");
        host.Run(new RouteBatch().Sublink("vlan", network.Device, below.Index, (uint)number, null, null, 0));
        host.Run(new RouteBatch().Up(host.FindLink(network.Device)!.Index));
        return network with { OwnsDevice = true };
    }

    public void Remove(Network network)
    {
        if (network.OwnsDevice && host.FindLink(network.Device) is { } link)
        {
            host.Run(new RouteBatch().Delete(link.Index));
        }
    }

    public void Join(Network network, Endpoint endpoint, SafeFileHandle target)
    {
        var parent = (host.FindLink(network.Device) ?? host.FindLink(Create(network).Device))!;
        var mac = network.Driver == Macvlan ? PhysicalAddress.Parse(endpoint.Mac) : null;
        host.Run(new RouteBatch().Sublink(network.Driver, endpoint.InnerLink, parent.Index, Mode(network), mac, target, network.Mtu, Flags(network)));
    }

    private static uint Mode(Network network)
    {
        if (network.Driver == Ipvlan)
        {
            Flags(network);
            return IpvlanMode(network);
        }
        var mode = network.Option("macvlan_mode") is { Length: > 0 } text ? text : "bridge";
        return MacvlanModes.TryGetValue(mode, out var value)
            ? value
            : throw CortenException.Internal($"requested macvlan mode '{mode}' is not valid, 'bridge' mode is the macvlan driver default");
    }

    private static uint IpvlanMode(Network network)
    {
        var mode = network.Option("ipvlan_mode") is { Length: > 0 } text ? text : "l2";
        return IpvlanModes.TryGetValue(mode, out var value)
            ? value
            : throw CortenException.Internal($"requested ipvlan mode '{mode}' is not valid, 'l2' mode is the ipvlan driver default");
    }

    private static ushort Flags(Network network)
    {
        var flag = network.Option("ipvlan_flag") is { Length: > 0 } text ? text : "bridge";
        return network.Driver != Ipvlan || IpvlanFlags.TryGetValue(flag, out _)
            ? IpvlanFlags.GetValueOrDefault(flag)
            : throw CortenException.Internal($"requested ipvlan flag '{flag}' is not valid, 'bridge' is the ipvlan driver default");
    }
}
