using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Corten.EngineApi.Networks;

namespace Corten.Networks.Model;

/// <summary>A running container's place on a network, as it is stored.</summary>
public sealed record Endpoint
{
    public required string Id { get; init; }

    public required string NetworkId { get; init; }

    public required string NetworkName { get; init; }

    public required string ContainerId { get; init; }

    public required string ContainerName { get; init; }

    /// <summary>The link's name inside, and the host's end of it (empty where there is none).</summary>
    public string InnerLink { get; init; } = "";

    public string HostLink { get; init; } = "";

    public string Mac { get; init; } = "";

    public string Ipv4 { get; init; } = "";

    public int Ipv4Prefix { get; init; }

    public string Ipv6 { get; init; } = "";

    public int Ipv6Prefix { get; init; }

    public string Gateway4 { get; init; } = "";

    public string Gateway6 { get; init; } = "";

    /// <summary>Position among the container's endpoints in the order of joining: <c>eth0</c>, <c>eth1</c>, …</summary>
    public int Order { get; init; }

    /// <summary>What the user configured.</summary>
    public required EndpointSettings Settings { get; init; }

    /// <summary>Names that the name server answers with this endpoint's addresses.</summary>
    public List<string> Names { get; init; } = [];

    [JsonIgnore]
    public IPAddress? Address4 => Ipv4.Length == 0 ? null : IPAddress.Parse(Ipv4);

    [JsonIgnore]
    public IPAddress? Address6 => Ipv6.Length == 0 ? null : IPAddress.Parse(Ipv6);

    public IPAddress? Address(AddressFamily family) => family == AddressFamily.InterNetwork ? Address4 : Address6;

    public string Gateway(AddressFamily family) => family == AddressFamily.InterNetwork ? Gateway4 : Gateway6;

    /// <summary>Configuration and operation together, as container inspection shows them.</summary>
    public EndpointSettings ToApi()
    {
        var api = Settings.ConfigurationOnly();
        api.NetworkId = NetworkId;
        api.EndpointId = Id;
        api.MacAddress = Mac;
        api.IpAddress = Ipv4;
        api.IpPrefixLen = Ipv4Prefix;
        api.Gateway = Gateway4;
        api.GlobalIpv6Address = Ipv6;
        api.GlobalIpv6PrefixLen = Ipv6Prefix;
        api.Ipv6Gateway = Gateway6;
        api.DnsNames = Names.Count > 0 ? Names : null;
        return api;
    }
}

/// <summary>A running container's network namespace with what belongs to it as a whole, as it is stored.</summary>
public sealed record SandboxState
{
    public required string Id { get; init; }

    public required string ContainerId { get; init; }

    public required string ContainerName { get; init; }

    public required string Hostname { get; init; }

    public string Domainname { get; init; } = "";

    /// <summary>Null when the container runs in the host's namespace.</summary>
    public string? NamespacePath { get; init; }

    public string HostsPath { get; init; } = "";

    public string ResolvConfPath { get; init; } = "";

    public List<string> ExtraHosts { get; init; } = [];

    public List<string> Dns { get; init; } = [];

    public List<string> DnsSearch { get; init; } = [];

    public List<string> DnsOptions { get; init; } = [];

    /// <summary>What is to be published as long as there is an endpoint for it.</summary>
    public WantedPorts Wanted { get; init; } = new();

    /// <summary>What is published now.</summary>
    public List<PublishedPort> Ports { get; init; } = [];

    /// <summary>Shown as exposed, <c>port/proto</c>: all wanted ones, or none while there is no endpoint to publish on.</summary>
    public List<string> Exposed { get; init; } = [];

    /// <summary>Hosts lines and firewall passes of legacy links.</summary>
    public List<LinkState> Links { get; init; } = [];
}

/// <summary>The ports that a container was started with.</summary>
public sealed record WantedPorts
{
    /// <summary>Publications by <c>port/proto</c>.</summary>
    public Dictionary<string, List<PortBinding>> Bindings { get; init; } = [];

    /// <summary>Ports that the image or the user exposes, each as <c>port/proto</c>.</summary>
    public List<string> Exposed { get; init; } = [];

    /// <summary>Exposed ports are published too.</summary>
    public bool All { get; init; }
}

/// <summary>One published port, resolved to numbers.</summary>
public sealed record PublishedPort
{
    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public required string Protocol { get; init; }

    public required string HostAddress { get; init; }

    public required ushort HostPort { get; init; }

    /// <summary>The container's own address, of either family: an IPv6 host address may lead to an IPv4 container through the attendant.</summary>
    public required string ContainerAddress { get; init; }

    public required ushort ContainerPort { get; init; }

    /// <summary>The device that leads to the container.</summary>
    public required string Device { get; init; }

    /// <summary>False where a gateway mode opens the port without translating: nothing is bound on the host.</summary>
    public bool Translated { get; init; } = true;
}

/// <summary>A resolved legacy link.</summary>
public sealed record LinkState(string ChildId, string ChildName, string Alias, List<string> ChildPorts);
