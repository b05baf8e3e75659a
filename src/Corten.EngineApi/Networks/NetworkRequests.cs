using System.Text.Json.Serialization;

namespace Corten.EngineApi.Networks;

/// <summary>The body of <c>POST /networks/create</c>.</summary>
public sealed class NetworkCreateRequest
{
    public string Name { get; set; } = "";

    public string Driver { get; set; } = "";

    public string Scope { get; set; } = "";

    /// <summary>Absent means true.</summary>
    [JsonPropertyName("EnableIPv4"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? EnableIpv4 { get; set; }

    /// <summary>Absent means what the daemon's <c>default-network-opts</c> say, else false.</summary>
    [JsonPropertyName("EnableIPv6"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? EnableIpv6 { get; set; }

    [JsonPropertyName("IPAM")]
    public Ipam? Ipam { get; set; }

    public bool Internal { get; set; }

    public bool Attachable { get; set; }

    public bool Ingress { get; set; }

    public bool ConfigOnly { get; set; }

    public ConfigReference? ConfigFrom { get; set; }

    public Dictionary<string, string>? Options { get; set; }

    public Dictionary<string, string>? Labels { get; set; }
}

public sealed class NetworkCreateResponse
{
    public string Id { get; set; } = "";

    public string Warning { get; set; } = "";
}

/// <summary>The body of <c>POST /networks/{id}/connect</c>.</summary>
public sealed class NetworkConnectRequest
{
    public string Container { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EndpointSettings? EndpointConfig { get; set; }
}

/// <summary>The body of <c>POST /networks/{id}/disconnect</c>.</summary>
public sealed class NetworkDisconnectRequest
{
    public string Container { get; set; } = "";

    /// <summary>Also takes an endpoint away whose container is gone.</summary>
    public bool Force { get; set; }
}

public sealed class NetworkPruneReport
{
    public List<string>? NetworksDeleted { get; set; }
}
