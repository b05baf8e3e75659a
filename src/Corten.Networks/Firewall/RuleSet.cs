using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Networks.Model;

namespace Corten.Networks.Firewall;

/// <summary>How a bridge network meets the rest of the world, for one address family.</summary>
public enum GatewayMode
{
    /// <summary>Addresses are translated; only published ports are open, and only where they are published.</summary>
    Nat,

    /// <summary>Translated, and every port of the containers is open to whoever routes to them.</summary>
    NatUnprotected,

    /// <summary>Not translated; published ports are open at the containers' own addresses.</summary>
    Routed,

    /// <summary>An internal network whose bridge has no address.</summary>
    Isolated,
}

/// <summary>One subnet behind a bridge, as the rules see it.</summary>
public sealed record BridgeSubnet
{
    public required IPNetwork Subnet { get; init; }

    public GatewayMode Mode { get; init; }

    public bool Masquerade { get; init; } = true;

    /// <summary>Instead of masquerading, this source address.</summary>
    public IPAddress? SourceAddress { get; init; }
}

/// <summary>One bridge network, as the rules see it.</summary>
public sealed record BridgeRules
{
    public required string Device { get; init; }

    public bool Internal { get; init; }

    public bool InterContainer { get; init; } = true;

    public List<BridgeSubnet> Subnets { get; init; } = [];

    /// <summary>Links of the host from which containers may be reached directly.</summary>
    public List<string> Trusted { get; init; } = [];
}

/// <summary>A legacy link between two containers of a network whose containers may not talk otherwise.</summary>
public readonly record struct LinkPass(string Device, IPAddress Parent, IPAddress Child, string Protocol, ushort Port);

/// <summary>
/// The text of the daemon's nftables table. What comes and goes are elements of sets and maps; the rules themselves never change, so that
/// the time for a packet does not grow with containers and ports.
/// </summary>
public sealed class RuleSet(string table)
{
    /// <summary>The group of every bridge that a Corten daemon made, so that the guard of one lets the traffic of others pass.</summary>
    public const uint LinkGroup = 0x636f;

    private const string Port = "inet_proto . inet_service";

    /// <summary>
    /// Whether the host is kept from forwarding between links that are nobody's networks: when it did not forward before, and does now only
    /// because containers need it.
    /// </summary>
    public bool Guard { get; set; }

    private static string GuardChain => $$"""
            chain guard {
                type filter hook forward priority 10; policy drop;
                ct state established,related accept
                iifname @bridges accept
                oifname @bridges accept
                iifgroup {{LinkGroup}} accept
                oifgroup {{LinkGroup}} accept
            }

        """;

    /// <summary>
    /// Both address families have the same sets, told apart by the digit:
    /// <c>home</c> a subnet on its own bridge; <c>near</c> the same and links that are trusted with it; <c>closed</c> subnets that are not reached
    /// directly; <c>masked</c> subnets whose addresses stay inside, <c>source</c> what they are shown as; <c>ports</c> publications on every
    /// address of the host, <c>bound</c> those on one; <c>open</c> the containers' sides of them; <c>bare</c> subnets without protection;
    /// <c>routed</c> subnets that answer pings; <c>passes</c> legacy links.
    /// </summary>
    private static string Sets(char digit) => $$"""
            set home{{digit}} { type ifname . ipv{{digit}}_addr; flags interval; }
            set near{{digit}} { type ifname . ipv{{digit}}_addr; flags interval; }
            set closed{{digit}} { type ipv{{digit}}_addr; flags interval; }
            set masked{{digit}} { type ipv{{digit}}_addr; flags interval; }
            map source{{digit}} { type ipv{{digit}}_addr : ipv{{digit}}_addr; flags interval; }
            map ports{{digit}} { type {{Port}} : ipv{{digit}}_addr . inet_service; }
            map bound{{digit}} { type ipv{{digit}}_addr . {{Port}} : ipv{{digit}}_addr . inet_service; }
            set open{{digit}} { type ifname . ipv{{digit}}_addr . {{Port}}; }
            set bare{{digit}} { type ifname . ipv{{digit}}_addr; flags interval; }
            set routed{{digit}} { type ifname . ipv{{digit}}_addr; flags interval; }
            set passes{{digit}} { type ifname . ipv{{digit}}_addr . ipv{{digit}}_addr . {{Port}}; }

        """;

    /// <summary>
    /// early: nobody talks to a container's address but over its bridge, and nobody from outside to a port published on loopback (bridges have
    /// route_localnet, so the kernel itself would let it in). translate: published ports; link-local clients and ::1 can't be translated and
    /// are the attendant's. hide: the way out, 127.0.0.1 to a bridge, and a container that reaches its neighbour through the host. forward: what
    /// may cross.
    /// </summary>
    private const string Chains = """
            set bridges { type ifname; }
            set inner { type ifname; }
            set apart { type ifname; }
            set self { type ifname . ifname; }
            set loopback { type ipv4_addr . inet_proto . inet_service; }
            chain early {
                type filter hook prerouting priority raw; policy accept;
                iifname != "lo" ip daddr . meta l4proto . th dport @loopback drop
                iifname @bridges ip daddr 127.0.0.0/8 drop
                ip daddr @closed4 iifname . ip daddr != @near4 fib daddr type != local drop
                ip6 daddr @closed6 iifname . ip6 daddr != @near6 fib daddr type != local drop
            }
            chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
                fib daddr type local jump translate
            }
            chain output {
                type nat hook output priority -100; policy accept;
                fib daddr type local jump translate
            }
            chain translate {
                ip6 daddr ::1 return
                ip6 saddr fe80::/10 return
                dnat ip to ip daddr . meta l4proto . th dport map @bound4
                dnat ip6 to ip6 daddr . meta l4proto . th dport map @bound6
                meta nfproto ipv4 dnat ip to meta l4proto . th dport map @ports4
                meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @ports6
            }
            chain hide {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr 127.0.0.0/8 oifname @bridges masquerade
                ct status dnat oifname . ip saddr @home4 masquerade
                ct status dnat oifname . ip6 saddr @home6 masquerade
                ip saddr @masked4 oifname . ip saddr != @home4 jump hidden
                ip6 saddr @masked6 oifname . ip6 saddr != @home6 jump hidden
            }
            chain hidden {
                snat ip to ip saddr map @source4
                snat ip6 to ip6 saddr map @source6
                masquerade
            }
            chain forward {
                type filter hook forward priority filter; policy accept;
                ct state established,related accept
                iifname . oifname @self jump within
                oifname @bridges jump inward
                iifname @inner drop
            }
            chain within {
                oifname != @apart accept
                meta l4proto { icmpv6, igmp } accept
                ct status dnat jump published
                iifname . ip saddr . ip daddr . meta l4proto . th dport @passes4 accept
                iifname . ip6 saddr . ip6 daddr . meta l4proto . th dport @passes6 accept
                drop
            }
            chain inward {
                oifname @inner drop
                iifname @inner drop
                jump published
                oifname . ip daddr @bare4 accept
                oifname . ip6 daddr @bare6 accept
                meta l4proto icmp oifname . ip daddr @routed4 accept
                meta l4proto icmpv6 oifname . ip6 daddr @routed6 accept
                drop
            }
            chain published {
                oifname . ip daddr . meta l4proto . th dport @open4 accept
                oifname . ip6 daddr . meta l4proto . th dport @open6 accept
            }

        """;

    /// <summary>The whole table instead of what is there, as one transaction: no packet sees it missing or half done.</summary>
    public string Whole(IEnumerable<BridgeRules> bridges, IEnumerable<PublishedPort> ports, IEnumerable<LinkPass> links)
    {
        var elements = bridges.SelectMany(Elements).Concat(ports.SelectMany(Elements)).Concat(links.Select(Element));
        return $"table inet {table} {{\n}}\ndelete table inet {table}\ntable inet {table} {{\n{Sets('4')}{Sets('6')}{Chains}{(Guard ? GuardChain : "")}}}\n{Change("add", elements)}";
    }

    /// <summary>The table's removal, whether or not it exists.</summary>
    public string Nothing() => $"table inet {table} {{\n}}\ndelete table inet {table}\n";

    public string Add(IEnumerable<RuleElement> elements) => Change("add", elements);

    public string Delete(IEnumerable<RuleElement> elements) => Change("delete", elements);

    public static IEnumerable<RuleElement> Elements(BridgeRules bridge)
    {
        yield return new("bridges", Quote(bridge.Device));
        yield return new("self", $"{Quote(bridge.Device)} . {Quote(bridge.Device)}");
        if (bridge.Internal)
        {
            yield return new("inner", Quote(bridge.Device));
        }
        if (!bridge.InterContainer)
        {
            yield return new("apart", Quote(bridge.Device));
        }
        foreach (var element in bridge.Subnets.SelectMany(s => Elements(bridge, s)))
        {
            yield return element;
        }
    }

    public static IEnumerable<RuleElement> Elements(PublishedPort port)
    {
        var container = IPAddress.Parse(port.ContainerAddress);
        var digit = Digit(container.AddressFamily);
        yield return new($"open{digit}", $"{Quote(port.Device)} . {container} . {port.Protocol} . {port.ContainerPort}");
        if (!port.Translated)
        {
            yield break;
        }
        var host = IPAddress.Parse(port.HostAddress);
        if (host.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(host))
        {
            yield return new("loopback", $"{host} . {port.Protocol} . {port.HostPort}");
        }
        if (host.AddressFamily != container.AddressFamily)
        {
            yield break;
        }
        var target = $"{port.Protocol} . {port.HostPort} : {container} . {port.ContainerPort}";
        yield return host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any)
            ? new($"ports{digit}", target)
            : new($"bound{digit}", $"{host} . {target}");
    }

    public static RuleElement Element(LinkPass pass) => new($"passes{Digit(pass.Child.AddressFamily)}",
        $"{Quote(pass.Device)} . {pass.Parent} . {pass.Child} . {pass.Protocol} . {pass.Port}");

    private static IEnumerable<RuleElement> Elements(BridgeRules bridge, BridgeSubnet subnet)
    {
        var digit = Digit(subnet.Subnet.BaseAddress.AddressFamily);
        var home = $"{Quote(bridge.Device)} . {subnet.Subnet}";
        yield return new($"home{digit}", home);
        yield return new($"near{digit}", home);
        foreach (var trusted in bridge.Trusted)
        {
            yield return new($"near{digit}", $"{Quote(trusted)} . {subnet.Subnet}");
        }
        switch (subnet.Mode)
        {
            case GatewayMode.Nat or GatewayMode.Isolated:
                yield return new($"closed{digit}", $"{subnet.Subnet}");
                break;
            case GatewayMode.NatUnprotected:
                yield return new($"bare{digit}", home);
                break;
            default:
                yield return new($"routed{digit}", home);
                break;
        }
        if (bridge.Internal || !subnet.Masquerade || subnet.Mode is GatewayMode.Routed or GatewayMode.Isolated)
        {
            yield break;
        }
        yield return new($"masked{digit}", $"{subnet.Subnet}");
        if (subnet.SourceAddress is { } source)
        {
            yield return new($"source{digit}", $"{subnet.Subnet} : {source}");
        }
    }

    private string Change(string verb, IEnumerable<RuleElement> elements)
    {
        var text = new StringBuilder();
        foreach (var set in elements.Distinct().GroupBy(e => e.Set))
        {
            text.Append(CultureInfo.InvariantCulture, $"{verb} element inet {table} {set.Key} {{ {string.Join(", ", set.Select(e => e.Value))} }}\n");
        }
        return text.ToString();
    }

    private static char Digit(AddressFamily family) => family == AddressFamily.InterNetwork ? '4' : '6';

    private static string Quote(string name) => $"\"{name}\"";
}

/// <summary>An element of one of the table's sets, in nft's words.</summary>
public readonly record struct RuleElement(string Set, string Value);
