using System.Text.Json.Serialization;

namespace Corten.EngineApi.Networks;

/// <summary>A network as <c>GET /networks/{id}</c> shows it; the list leaves <see cref="Containers"/> empty.</summary>
public sealed class NetworkResource
{
    public string Name { get; set; } = "";

    public string Id { get; set; } = "";

    public string Created { get; set; } = "";

    public string Scope { get; set; } = "local";

    public string Driver { get; set; } = "";

    [JsonPropertyName("EnableIPv4")]
    public bool EnableIpv4 { get; set; }

    [JsonPropertyName("EnableIPv6")]
    public bool EnableIpv6 { get; set; }

    [JsonPropertyName("IPAM")]
    public Ipam Ipam { get; set; } = new();

    public bool Internal { get; set; }

    public bool Attachable { get; set; }

    public bool Ingress { get; set; }

    public ConfigReference ConfigFrom { get; set; } = new();

    public bool ConfigOnly { get; set; }

    public Dictionary<string, EndpointResource> Containers { get; set; } = [];

    public Dictionary<string, string> Options { get; set; } = [];

    public Dictionary<string, string> Labels { get; set; } = [];
}

/// <summary>A container on a network, with addresses in CIDR form.</summary>
public sealed class EndpointResource
{
    public string Name { get; set; } = "";

    [JsonPropertyName("EndpointID")]
    public string EndpointId { get; set; } = "";

    public string MacAddress { get; set; } = "";

    [JsonPropertyName("IPv4Address")]
    public string Ipv4Address { get; set; } = "";

    [JsonPropertyName("IPv6Address")]
    public string Ipv6Address { get; set; } = "";
}

/// <summary>Address management: the pools of a network.</summary>
public sealed class Ipam
{
    public string Driver { get; set; } = "default";

    public Dictionary<string, string>? Options { get; set; }

    public List<IpamConfig>? Config { get; set; }
}

/// <summary>One pool. Absent members are chosen by the engine.</summary>
public sealed class IpamConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subnet { get; set; }

    [JsonPropertyName("IPRange"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IpRange { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Gateway { get; set; }

    /// <summary>Addresses that are in use by something else, by a name of the user's choice.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? AuxiliaryAddresses { get; set; }
}

/// <summary>The network that gives a network its configuration.</summary>
public sealed class ConfigReference
{
    public string Network { get; set; } = "";
}
