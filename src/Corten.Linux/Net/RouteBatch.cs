using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Net;

/// <summary>Changes to links, addresses and routes, for <see cref="NetlinkSocket.Run"/> of a <see cref="RouteSocket"/>.</summary>
public sealed class RouteBatch : NetlinkBatch
{
    private const ushort Create = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    private const uint IFF_UP = 1;

    /// <summary>
    /// A bridge, up at once. A given address keeps it from changing with its ports. One that filters hands frames between its ports to the
    /// IPv4 and IPv6 rules too. The group is a number that rules can ask for.
    /// </summary>
    public RouteBatch Bridge(string name, PhysicalAddress mac, int mtu, bool filters = false, uint group = 0)
    {
        Message($"RTM_NEWLINK bridge {name}", RTM_NEWLINK, Create, LinkHeader(0, IFF_UP, IFF_UP));
        Attribute(IFLA_IFNAME, name);
        Attribute(IFLA_ADDRESS, mac.GetAddressBytes());
        if (mtu > 0)
        {
            Attribute(IFLA_MTU, (uint)mtu);
        }
        if (group > 0)
        {
            Attribute(IFLA_GROUP, group);
        }
        var info = Open(IFLA_LINKINFO);
        Attribute(IFLA_INFO_KIND, "bridge");
        if (filters)
        {
            var data = Open(IFLA_INFO_DATA);
            Attribute(IFLA_BR_NF_CALL_IPTABLES, (byte)1);
            Attribute(IFLA_BR_NF_CALL_IP6TABLES, (byte)1);
            Close(data);
        }
        Close(info);
        return this;
    }

    /// <summary>
    /// A pair in one message: the host's end enslaved to a bridge and up, the other end made in the container's namespace with its name,
    /// address and, when not 0, its index.
    /// </summary>
    public RouteBatch Veth(string hostName, int bridge, string peerName, int peerIndex, PhysicalAddress mac, SafeFileHandle peerNamespace, int mtu)
    {
        Message($"RTM_NEWLINK veth {hostName}", RTM_NEWLINK, Create, LinkHeader(0, IFF_UP, IFF_UP));
        Attribute(IFLA_IFNAME, hostName);
        if (bridge > 0)
        {
            Attribute(IFLA_MASTER, (uint)bridge);
        }
        if (mtu > 0)
        {
            Attribute(IFLA_MTU, (uint)mtu);
        }
        var info = Open(IFLA_LINKINFO);
        Attribute(IFLA_INFO_KIND, "veth");
        var data = Open(IFLA_INFO_DATA);
        var peer = Open(VETH_INFO_PEER);
        Raw(LinkHeader(peerIndex));
        Attribute(IFLA_IFNAME, peerName);
        Attribute(IFLA_ADDRESS, mac.GetAddressBytes());
        if (mtu > 0)
        {
            Attribute(IFLA_MTU, (uint)mtu);
        }
        Attribute(IFLA_NET_NS_FD, (uint)peerNamespace.DangerousGetHandle());
        Close(peer);
        Close(data);
        Close(info);
        return this;
    }

    /// <summary>
    /// A <c>macvlan</c>, <c>ipvlan</c> or <c>vlan</c> on a parent link, down. The mode is IFLA_MACVLAN_MODE, IFLA_IPVLAN_MODE or the VLAN's
    /// number; without a target namespace it is made here; the ipvlan flags are 0 bridge, 1 private, 2 vepa.
    /// </summary>
    public RouteBatch Sublink(string kind, string name, int parent, uint mode, PhysicalAddress? mac, SafeFileHandle? target, int mtu, ushort ipvlanFlags = 0)
    {
        Message($"RTM_NEWLINK {kind} {name}", RTM_NEWLINK, Create, LinkHeader(0));
        Attribute(IFLA_IFNAME, name);
        Attribute(IFLA_LINK, (uint)parent);
        if (mac is not null)
        {
            Attribute(IFLA_ADDRESS, mac.GetAddressBytes());
        }
        if (mtu > 0)
        {
            Attribute(IFLA_MTU, (uint)mtu);
        }
        if (target is not null)
        {
            Attribute(IFLA_NET_NS_FD, (uint)target.DangerousGetHandle());
        }
        var info = Open(IFLA_LINKINFO);
        Attribute(IFLA_INFO_KIND, kind);
        var data = Open(IFLA_INFO_DATA);
        switch (kind)
        {
            case "macvlan":
                Attribute(IFLA_MACVLAN_MODE, mode);
                break;
            case "ipvlan":
                Attribute(IFLA_IPVLAN_MODE, (ushort)mode);
                Attribute(IFLA_IPVLAN_FLAGS, ipvlanFlags);
                break;
            default:
                Attribute(IFLA_VLAN_ID, (ushort)mode);
                break;
        }
        Close(data);
        Close(info);
        return this;
    }

    /// <summary>A dummy link, up: what a parentless macvlan sits on.</summary>
    public RouteBatch Dummy(string name)
    {
        Message($"RTM_NEWLINK dummy {name}", RTM_NEWLINK, Create, LinkHeader(0, IFF_UP, IFF_UP));
        Attribute(IFLA_IFNAME, name);
        var info = Open(IFLA_LINKINFO);
        Attribute(IFLA_INFO_KIND, "dummy");
        Close(info);
        return this;
    }

    public RouteBatch Up(int index)
    {
        Message($"RTM_NEWLINK up {index}", RTM_NEWLINK, NLM_F_ACK, LinkHeader(index, IFF_UP, IFF_UP));
        return this;
    }

    public RouteBatch Down(int index)
    {
        Message($"RTM_NEWLINK down {index}", RTM_NEWLINK, NLM_F_ACK, LinkHeader(index, 0, IFF_UP));
        return this;
    }

    /// <summary>Moves a link into another namespace under a new name, which may hold one <c>%d</c>. Its addresses stay behind.</summary>
    public RouteBatch Move(int index, SafeFileHandle target, string name)
    {
        Message($"RTM_NEWLINK move {name}", RTM_NEWLINK, NLM_F_ACK, LinkHeader(index));
        Attribute(IFLA_NET_NS_FD, (uint)(int)target.DangerousGetHandle());
        Attribute(IFLA_IFNAME, name);
        return this;
    }

    public RouteBatch Master(int index, int bridge)
    {
        Message($"RTM_NEWLINK master {index}", RTM_NEWLINK, NLM_F_ACK, LinkHeader(index));
        Attribute(IFLA_MASTER, (uint)bridge);
        return this;
    }

    public RouteBatch Mtu(int index, int mtu)
    {
        Message($"RTM_NEWLINK mtu {index}", RTM_NEWLINK, NLM_F_ACK, LinkHeader(index));
        Attribute(IFLA_MTU, (uint)mtu);
        return this;
    }

    /// <summary>Removes a link. The kernel waits for a grace period, 25 to 35 ms for a pair: not on a path that somebody waits for.</summary>
    public RouteBatch Delete(int index)
    {
        Message($"RTM_DELLINK {index}", RTM_DELLINK, NLM_F_ACK, LinkHeader(index));
        return this;
    }

    /// <summary>No link-local IPv6 address of its own (addrgenmode none).</summary>
    public RouteBatch NoLinkLocal(int index)
    {
        Message($"RTM_NEWLINK addrgenmode {index}", RTM_NEWLINK, NLM_F_ACK, LinkHeader(index));
        var families = Open(IFLA_AF_SPEC);
        var inet6 = Open(AF_INET6);
        Attribute(IFLA_INET6_ADDR_GEN_MODE, (byte)1);
        Close(inet6);
        Close(families);
        return this;
    }

    /// <summary>A bridge port's switch: whether it sends frames back where they came from.</summary>
    public RouteBatch BridgePort(int index, bool hairpin)
    {
        Message($"RTM_SETLINK bridge port {index}", RTM_SETLINK, NLM_F_ACK, LinkHeader(index, family: AF_BRIDGE));
        var port = Open(IFLA_PROTINFO);
        Attribute(IFLA_BRPORT_MODE, (byte)(hairpin ? 1 : 0));
        Close(port);
        return this;
    }

    /// <summary>An address; an IPv6 one is usable at once, without duplicate address detection.</summary>
    public RouteBatch AddAddress(int index, IPAddress address, int prefix)
    {
        AddressMessage(RTM_NEWADDR, Create, index, address, prefix);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            if (prefix < 31)
            {
                Attribute(IFA_BROADCAST, Broadcast(address, prefix));
            }
        }
        else
        {
            Attribute(IFA_FLAGS, IFA_F_NODAD);
        }
        return this;
    }

    public RouteBatch DeleteAddress(int index, IPAddress address, int prefix)
    {
        AddressMessage(RTM_DELADDR, NLM_F_ACK, index, address, prefix);
        return this;
    }

    /// <summary>A route to a destination (null: the default) through a gateway (null: the link itself).</summary>
    public RouteBatch AddRoute(int index, IPNetwork? destination, IPAddress? gateway, AddressFamily family)
    {
        RouteMessage(RTM_NEWROUTE, Create, index, destination, gateway, family);
        return this;
    }

    public RouteBatch DeleteRoute(int index, IPNetwork? destination, IPAddress? gateway, AddressFamily family)
    {
        RouteMessage(RTM_DELROUTE, NLM_F_ACK, index, destination, gateway, family);
        return this;
    }

    internal static byte[] LinkHeader(int index, uint flags = 0, uint change = 0, byte family = 0)
    {
        var header = new byte[16];
        header[0] = family;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), index);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), change);
        return header;
    }

    private static byte Family(AddressFamily family) => (byte)(family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET);

    private static byte[] Broadcast(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        var value = BinaryPrimitives.ReadUInt32BigEndian(bytes) | (prefix == 0 ? uint.MaxValue : (1u << (32 - prefix)) - 1);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private void AddressMessage(ushort type, ushort flags, int index, IPAddress address, int prefix)
    {
        var header = new byte[8];
        header[0] = Family(address.AddressFamily);
        header[1] = (byte)prefix;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), index);
        Message($"{(type == RTM_NEWADDR ? "RTM_NEWADDR" : "RTM_DELADDR")} {address}/{prefix}", type, flags, header);
        var bytes = address.GetAddressBytes();
        Attribute(IFA_LOCAL, bytes);
        Attribute(IFA_ADDRESS, bytes);
    }

    private void RouteMessage(ushort type, ushort flags, int index, IPNetwork? destination, IPAddress? gateway, AddressFamily family)
    {
        var header = new byte[12];
        header[0] = Family(family);
        header[1] = (byte)(destination?.PrefixLength ?? 0);
        header[4] = RT_TABLE_MAIN;
        header[5] = RTPROT_BOOT;
        header[6] = gateway is null ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        header[7] = RTN_UNICAST;
        Message($"{(type == RTM_NEWROUTE ? "RTM_NEWROUTE" : "RTM_DELROUTE")} {destination?.ToString() ?? "default"} via {gateway?.ToString() ?? "link"}", type, flags, header);
        if (destination is { } network && network.PrefixLength > 0)
        {
            Attribute(RTA_DST, network.BaseAddress.GetAddressBytes());
        }
        if (gateway is not null)
        {
            Attribute(RTA_GATEWAY, gateway.GetAddressBytes());
        }
        Attribute(RTA_OIF, (uint)index);
    }
}
