using System.Globalization;
using System.Net;
using Corten.EngineApi.Networks;

namespace Corten.Networks.Model;

/// <summary>A network as it is stored: what the user asked for, with everything that was chosen for him.</summary>
public sealed record Network
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required DateTime Created { get; init; }

    public required string Driver { get; init; }

    public bool EnableIpv4 { get; init; } = true;

    public bool EnableIpv6 { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool Ingress { get; init; }

    public bool ConfigOnly { get; init; }

    public string ConfigFrom { get; init; } = "";

    public string IpamDriver { get; init; } = "default";

    /// <summary>Null stays null when the network is shown.</summary>
    public Dictionary<string, string>? IpamOptions { get; init; }

    public List<Pool> Pools { get; init; } = [];

    /// <summary>Subnets of a family that is switched off: shown, and of no effect.</summary>
    public List<Pool> UnusedPools { get; init; } = [];

    public Dictionary<string, string> Options { get; init; } = [];

    public Dictionary<string, string> Labels { get; init; } = [];

    /// <summary>The three that always exist: bridge, host, none.</summary>
    public bool IsPredefined => Name is "bridge" or "host" or "none";

    /// <summary>The bridge, or the link below a macvlan or ipvlan; empty for host and none.</summary>
    public string Device { get; init; } = "";

    /// <summary>The link was made by us and goes with the network.</summary>
    public bool OwnsDevice { get; init; }

    public Pool? PoolOf(System.Net.Sockets.AddressFamily family) => Pools.FirstOrDefault(p => p.Network.BaseAddress.AddressFamily == family);

    public string? Option(string name) => Options.GetValueOrDefault(name);

    /// <summary>A truth value of the bridge driver's, already checked when the network was made.</summary>
    public bool Flag(string name, bool otherwise) => Option(name) is { } text ? GoBoolean.Parse(text) ?? otherwise : otherwise;

    public int Mtu => Option(BridgeOptions.Mtu) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
}

/// <summary>A subnet of a network.</summary>
public sealed record Pool
{
    public required string Subnet { get; init; }

    /// <summary>Where addresses are given out; null for the whole subnet.</summary>
    public string? Range { get; init; }

    /// <summary>The first address of the subnet unless chosen; empty when the driver needs none.</summary>
    public string Gateway { get; init; } = "";

    /// <summary>Where containers send what leaves the network, when it is not the gateway: the default bridge's <c>--default-gateway</c>.</summary>
    public string? Router { get; init; }

    /// <summary>The user chose the subnet, which is when he may also choose addresses in it.</summary>
    public bool Chosen { get; init; }

    /// <summary>Whether inspection names the gateway: the user chose it, or the engine chose the subnet.</summary>
    public bool ShowGateway { get; init; }

    public Dictionary<string, string>? Auxiliary { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public IPNetwork Network => IPNetwork.Parse(Subnet);

    [System.Text.Json.Serialization.JsonIgnore]
    public IPAddress? GatewayAddress => Gateway.Length == 0 ? null : IPAddress.Parse(Gateway);

    public IpamConfig ToApi() => new()
    {
        Subnet = Subnet,
        IpRange = Range,
        Gateway = ShowGateway && Gateway.Length > 0 ? Gateway : null,
        AuxiliaryAddresses = Auxiliary is { Count: > 0 } ? Auxiliary : null,
    };
}

/// <summary>The bridge driver's option names.</summary>
public static class BridgeOptions
{
    public const string DefaultBridge = "com.docker.network.bridge.default_bridge";
    public const string Name = "com.docker.network.bridge.name";
    public const string InterContainer = "com.docker.network.bridge.enable_icc";
    public const string Masquerade = "com.docker.network.bridge.enable_ip_masquerade";
    public const string HostBinding = "com.docker.network.bridge.host_binding_ipv4";
    public const string GatewayMode4 = "com.docker.network.bridge.gateway_mode_ipv4";
    public const string GatewayMode6 = "com.docker.network.bridge.gateway_mode_ipv6";
    public const string InhibitIpv4 = "com.docker.network.bridge.inhibit_ipv4";
    public const string TrustedInterfaces = "com.docker.network.bridge.trusted_host_interfaces";
    public const string Mtu = "com.docker.network.driver.mtu";
    public const string InterfacePrefix = "com.docker.network.container_iface_prefix";
    public const string HostIpv4 = "com.docker.network.host_ipv4";
    public const string HostIpv6 = "com.docker.network.host_ipv6";
}

/// <summary>Truth values as Go's strconv.ParseBool reads them.</summary>
internal static class GoBoolean
{
    public static bool? Parse(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
