using System.Text.Json.Serialization;

namespace Corten.EngineApi.Networks;

/// <summary>
/// One container's place on one network: what the user asked for (the members down to <see cref="GwPriority"/>) and what the
/// engine made of it. The operational members are empty while the container does not run.
/// </summary>
public sealed class EndpointSettings
{
    [JsonPropertyName("IPAMConfig")]
    public EndpointIpamConfig? IpamConfig { get; set; }

    /// <summary>Legacy links of this endpoint, each <c>container:alias</c>.</summary>
    public List<string>? Links { get; set; }

    public List<string>? Aliases { get; set; }

    public string MacAddress { get; set; } = "";

    public Dictionary<string, string>? DriverOpts { get; set; }

    /// <summary>The endpoint with the highest value gives the container its default route.</summary>
    public int GwPriority { get; set; }

    [JsonPropertyName("NetworkID")]
    public string NetworkId { get; set; } = "";

    [JsonPropertyName("EndpointID")]
    public string EndpointId { get; set; } = "";

    public string Gateway { get; set; } = "";

    [JsonPropertyName("IPAddress")]
    public string IpAddress { get; set; } = "";

    [JsonPropertyName("IPPrefixLen")]
    public int IpPrefixLen { get; set; }

    [JsonPropertyName("IPv6Gateway")]
    public string Ipv6Gateway { get; set; } = "";

    [JsonPropertyName("GlobalIPv6Address")]
    public string GlobalIpv6Address { get; set; } = "";

    [JsonPropertyName("GlobalIPv6PrefixLen")]
    public int GlobalIpv6PrefixLen { get; set; }

    /// <summary>Every name that the network's name server answers for this endpoint.</summary>
    [JsonPropertyName("DNSNames")]
    public List<string>? DnsNames { get; set; }

    /// <summary>The configuration alone, without what belongs to a running container.</summary>
    public EndpointSettings ConfigurationOnly() => new()
    {
        IpamConfig = IpamConfig,
        Links = Links,
        Aliases = Aliases,
        MacAddress = MacAddress,
        DriverOpts = DriverOpts,
        GwPriority = GwPriority,
        NetworkId = NetworkId,
        DnsNames = DnsNames,
    };
}

/// <summary>Addresses that the user chose.</summary>
public sealed class EndpointIpamConfig
{
    [JsonPropertyName("IPv4Address"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ipv4Address { get; set; }

    [JsonPropertyName("IPv6Address"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ipv6Address { get; set; }

    [JsonPropertyName("LinkLocalIPs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? LinkLocalIps { get; set; }
}

/// <summary>The networks that a container is created on, by name or id. The key <c>default</c> is the default network.</summary>
public sealed class NetworkingConfig
{
    public Dictionary<string, EndpointSettings?>? EndpointsConfig { get; set; }
}

/// <summary>Where on the host a container's port is published. An empty port means one chosen by the engine.</summary>
public sealed class PortBinding
{
    public string HostIp { get; set; } = "";

    public string HostPort { get; set; } = "";
}

/// <summary>The <c>NetworkSettings</c> of a container inspection.</summary>
public sealed class NetworkSettings
{
    public string Bridge { get; set; } = "";

    [JsonPropertyName("SandboxID")]
    public string SandboxId { get; set; } = "";

    public string SandboxKey { get; set; } = "";

    /// <summary>By <c>port/proto</c>; a null list is a port that is exposed and not published.</summary>
    public Dictionary<string, List<PortBinding>?> Ports { get; set; } = [];

    public bool HairpinMode { get; set; }

    [JsonPropertyName("LinkLocalIPv6Address")]
    public string LinkLocalIpv6Address { get; set; } = "";

    [JsonPropertyName("LinkLocalIPv6PrefixLen")]
    public int LinkLocalIpv6PrefixLen { get; set; }

    [JsonPropertyName("SecondaryIPAddresses")]
    public List<string>? SecondaryIpAddresses { get; set; }

    [JsonPropertyName("SecondaryIPv6Addresses")]
    public List<string>? SecondaryIpv6Addresses { get; set; }

    [JsonPropertyName("EndpointID")]
    public string EndpointId { get; set; } = "";

    public string Gateway { get; set; } = "";

    [JsonPropertyName("GlobalIPv6Address")]
    public string GlobalIpv6Address { get; set; } = "";

    [JsonPropertyName("GlobalIPv6PrefixLen")]
    public int GlobalIpv6PrefixLen { get; set; }

    [JsonPropertyName("IPAddress")]
    public string IpAddress { get; set; } = "";

    [JsonPropertyName("IPPrefixLen")]
    public int IpPrefixLen { get; set; }

    [JsonPropertyName("IPv6Gateway")]
    public string Ipv6Gateway { get; set; } = "";

    public string MacAddress { get; set; } = "";

    public Dictionary<string, EndpointSettings> Networks { get; set; } = [];

    /// <summary>Fills the legacy members, which repeat what the container has on the network called <c>bridge</c>.</summary>
    public void CopyFromDefaultBridge()
    {
        if (!Networks.TryGetValue("bridge", out var bridge))
        {
            return;
        }
        EndpointId = bridge.EndpointId;
        Gateway = bridge.Gateway;
        GlobalIpv6Address = bridge.GlobalIpv6Address;
        GlobalIpv6PrefixLen = bridge.GlobalIpv6PrefixLen;
        IpAddress = bridge.IpAddress;
        IpPrefixLen = bridge.IpPrefixLen;
        Ipv6Gateway = bridge.Ipv6Gateway;
        MacAddress = bridge.MacAddress;
    }
}
