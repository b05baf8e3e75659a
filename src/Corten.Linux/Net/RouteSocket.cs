using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Net;

/// <summary>Links, addresses and routes of one network namespace, by rtnetlink(7).</summary>
public sealed class RouteSocket() : NetlinkSocket(NETLINK_ROUTE)
{
    /// <summary>The link of that name, or null.</summary>
    public LinkState? FindLink(string name)
    {
        var question = new RouteBatch();
        question.Message($"RTM_GETLINK {name}", RTM_GETLINK, NLM_F_ACK, RouteBatch.LinkHeader(0));
        question.Attribute(IFLA_IFNAME, name);
        LinkState? found = null;
        try
        {
            Dump(question, (type, payload) => found = type == RTM_NEWLINK ? ReadLink(payload) : found);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENODEV)
        {
            return null;
        }
        return found;
    }

    public List<LinkState> Links()
    {
        var question = new RouteBatch();
        question.Message("RTM_GETLINK", RTM_GETLINK, NLM_F_DUMP, RouteBatch.LinkHeader(0));
        var links = new List<LinkState>();
        Dump(question, (type, payload) =>
        {
            if (type == RTM_NEWLINK)
            {
                links.Add(ReadLink(payload));
            }
        });
        return links;
    }

    public List<AddressState> Addresses()
    {
        var question = new RouteBatch();
        question.Message("RTM_GETADDR", RTM_GETADDR, NLM_F_DUMP, new byte[8]);
        var addresses = new List<AddressState>();
        Dump(question, (type, payload) =>
        {
            if (type == RTM_NEWADDR && payload.Length >= 8)
            {
                ReadAddress(payload, addresses);
            }
        });
        return addresses;
    }

    /// <summary>The routes of the main table.</summary>
    public List<RouteState> Routes()
    {
        var question = new RouteBatch();
        question.Message("RTM_GETROUTE", RTM_GETROUTE, NLM_F_DUMP, new byte[12]);
        var routes = new List<RouteState>();
        Dump(question, (type, payload) =>
        {
            if (type == RTM_NEWROUTE && payload.Length >= 12)
            {
                ReadRoute(payload, routes);
            }
        });
        return routes;
    }

    private static LinkState ReadLink(ReadOnlySpan<byte> payload)
    {
        var link = new LinkState
        {
            Index = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]),
            IsUp = (BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]) & 1) != 0,
        };
        foreach (var attribute in new NetlinkAttributes(payload[16..]))
        {
            switch (attribute.Type)
            {
                case IFLA_IFNAME:
                    link = link with { Name = attribute.Text };
                    break;
                case IFLA_ADDRESS:
                    link = link with { Mac = new PhysicalAddress(attribute.Value.ToArray()) };
                    break;
                case IFLA_MTU:
                    link = link with { Mtu = (int)attribute.UInt32 };
                    break;
                case IFLA_MASTER:
                    link = link with { Master = (int)attribute.UInt32 };
                    break;
                case IFLA_LINKINFO:
                    foreach (var info in new NetlinkAttributes(attribute.Value))
                    {
                        link = info.Type == IFLA_INFO_KIND ? link with { Kind = info.Text } : link;
                    }
                    break;
            }
        }
        return link;
    }

    private static void ReadAddress(ReadOnlySpan<byte> payload, List<AddressState> into)
    {
        IPAddress? address = null;
        foreach (var attribute in new NetlinkAttributes(payload[8..]))
        {
            if (attribute.Type == IFA_LOCAL || (attribute.Type == IFA_ADDRESS && address is null))
            {
                address = new IPAddress(attribute.Value);
            }
        }
        if (address is not null)
        {
            into.Add(new AddressState(BinaryPrimitives.ReadInt32LittleEndian(payload[4..]), address, payload[1]));
        }
    }

    private static void ReadRoute(ReadOnlySpan<byte> payload, List<RouteState> into)
    {
        if (payload[0] is not (AF_INET or AF_INET6) || payload[4] != RT_TABLE_MAIN || payload[7] != RTN_UNICAST)
        {
            return;
        }
        var destination = payload[0] == AF_INET ? IPAddress.Any : IPAddress.IPv6Any;
        IPAddress? gateway = null;
        var output = 0;
        foreach (var attribute in new NetlinkAttributes(payload[12..]))
        {
            switch (attribute.Type)
            {
                case RTA_DST:
                    destination = new IPAddress(attribute.Value);
                    break;
                case RTA_GATEWAY:
                    gateway = new IPAddress(attribute.Value);
                    break;
                case RTA_OIF:
                    output = (int)attribute.UInt32;
                    break;
            }
        }
        into.Add(new RouteState(new IPNetwork(destination, payload[1]), gateway, output));
    }
}

/// <summary>A link as the kernel shows it.</summary>
public sealed record LinkState
{
    public int Index { get; init; }

    public string Name { get; init; } = "";

    public bool IsUp { get; init; }

    public PhysicalAddress Mac { get; init; } = PhysicalAddress.None;

    public int Mtu { get; init; }

    /// <summary>Index of the bridge it is a port of; 0 without.</summary>
    public int Master { get; init; }

    /// <summary><c>bridge</c>, <c>veth</c>, …; empty for devices.</summary>
    public string Kind { get; init; } = "";
}

public readonly record struct AddressState(int Index, IPAddress Address, int Prefix);

/// <summary>A unicast route. A prefix of 0 is a default route; the output is a link's index.</summary>
public readonly record struct RouteState(IPNetwork Destination, IPAddress? Gateway, int Output);
