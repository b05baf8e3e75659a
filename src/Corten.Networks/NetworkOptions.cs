using System.Net;

namespace Corten.Networks;

/// <summary>The daemon's settings that concern networks, under the names that dockerd's flags have.</summary>
public sealed record NetworkOptions
{
    /// <summary>Where the namespace files and the attendant's socket go.</summary>
    public required string ExecRoot { get; init; }

    /// <summary>How the attendant is started: the program and the arguments before its own. Empty: this process serves its part itself.</summary>
    public IReadOnlyList<string> AttendantCommand { get; init; } = [];

    /// <summary><c>--bridge</c>: the default network's device. Not docker0, so that both engines can live on one machine. <c>none</c>: no default bridge.</summary>
    public string Bridge { get; init; } = "corten0";

    /// <summary>The nftables table that holds all rules. One a daemon.</summary>
    public string Table => Bridge is "corten0" or "none" ? "corten" : "corten-" + string.Concat(Bridge.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    /// <summary><c>--bip</c>: the default bridge's address with its prefix.</summary>
    public string? Bip { get; init; }

    /// <summary><c>--fixed-cidr</c>.</summary>
    public string? FixedCidr { get; init; }

    /// <summary><c>--fixed-cidr-v6</c>.</summary>
    public string? FixedCidrV6 { get; init; }

    /// <summary><c>--bip6</c>.</summary>
    public string? Bip6 { get; init; }

    /// <summary><c>--default-gateway</c>: another router than the bridge itself.</summary>
    public IPAddress? DefaultGateway { get; init; }

    /// <summary><c>--default-gateway-v6</c>.</summary>
    public IPAddress? DefaultGatewayV6 { get; init; }

    /// <summary><c>--ipv6</c>: IPv6 on the default bridge.</summary>
    public bool Ipv6 { get; init; }

    /// <summary><c>--mtu</c> of the default bridge.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary><c>--icc</c>: whether containers of the default bridge may talk to each other.</summary>
    public bool InterContainer { get; init; } = true;

    /// <summary><c>--ip-masq</c>.</summary>
    public bool Masquerade { get; init; } = true;

    /// <summary><c>--ip-forward</c>: switch forwarding on where it is off.</summary>
    public bool Forwarding { get; init; } = true;

    /// <summary><c>--ip-forward-no-drop</c>: forwarding that was switched on for containers is for everybody.</summary>
    public bool ForwardForAll { get; init; }

    /// <summary><c>--iptables</c>: whether rules are made at all.</summary>
    public bool Rules { get; init; } = true;

    /// <summary><c>--userland-proxy</c>: carry connections that the kernel's translation can't (IPv6 clients of IPv4 containers, ::1).</summary>
    public bool UserlandProxy { get; init; } = true;

    /// <summary><c>--ip</c>: where ports are published that name no address.</summary>
    public IPAddress? DefaultBindAddress { get; init; }

    /// <summary><c>--default-address-pool</c>.</summary>
    public IReadOnlyList<AddressPoolOption> DefaultAddressPools { get; init; } = [];

    /// <summary><c>--default-network-opt bridge=key=value</c>: for networks that users make.</summary>
    public IReadOnlyDictionary<string, string> DefaultBridgeOptions { get; init; } = new Dictionary<string, string>();

    /// <summary><c>--dns</c>.</summary>
    public IReadOnlyList<string> Dns { get; init; } = [];

    /// <summary><c>--dns-search</c>.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary><c>--dns-opt</c>.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary><c>--host-gateway-ip</c>: what <c>host-gateway</c> stands for; without it the default bridge's own addresses.</summary>
    public IReadOnlyList<IPAddress> HostGateways { get; init; } = [];

    /// <summary>How many namespaces are kept ready.</summary>
    public int ReadyNamespaces { get; init; } = 4;

    public string NamespaceFolder => Path.Combine(ExecRoot, "netns");

    public string AttendantSocket => Path.Combine(ExecRoot, "attendant.sock");
}

/// <summary>A range that networks without a subnet of their own are cut from, each with the given prefix length.</summary>
public sealed record AddressPoolOption(IPNetwork Base, int Size);
