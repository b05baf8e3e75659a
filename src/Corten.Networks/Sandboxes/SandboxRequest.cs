using Corten.EngineApi.Networks;

namespace Corten.Networks.Sandboxes;

/// <summary>Everything that the network side of one container start depends on.</summary>
public sealed record SandboxRequest
{
    public required string ContainerId { get; init; }

    /// <summary>Without the leading slash.</summary>
    public required string ContainerName { get; init; }

    /// <summary>The container's host name, which the hosts file gives its addresses.</summary>
    public required string Hostname { get; init; }

    public string Domainname { get; init; } = "";

    /// <summary><c>default</c>, <c>bridge</c>, <c>host</c>, <c>none</c>, <c>container:ID</c> (a full id) or a network's name or id.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>
    /// Configured endpoints by network name or id: exactly these are joined, so that a container that was disconnected from the mode's network
    /// stays off it. Null joins the mode's network with default settings. Host and none are always joined alone; ignored for
    /// <c>container:</c>.
    /// </summary>
    public IReadOnlyDictionary<string, EndpointSettings>? Endpoints { get; init; }

    /// <summary>Publications by <c>port/proto</c>.</summary>
    public IReadOnlyDictionary<string, List<PortBinding>> PortBindings { get; init; } = new Dictionary<string, List<PortBinding>>();

    /// <summary>Ports that the image or the user exposes, as <c>port/proto</c> or <c>from-to/proto</c>.</summary>
    public IReadOnlyCollection<string> ExposedPorts { get; init; } = [];

    public bool PublishAllPorts { get; init; }

    /// <summary>Each <c>name:address</c>, where the address may be <c>host-gateway</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    public IReadOnlyList<SandboxLink> Links { get; init; } = [];

    /// <summary>Where the hosts file goes that is mounted on <c>/etc/hosts</c>. It is written at creation and rewritten in place when networks come and go.</summary>
    public required string HostsPath { get; init; }

    /// <summary>Where the file goes that is mounted on <c>/etc/resolv.conf</c>.</summary>
    public required string ResolvConfPath { get; init; }
}

/// <summary>A legacy link: the parent sees the child under the alias.</summary>
/// <param name="ChildId">The linked container.</param>
/// <param name="ChildName">Its name, without the slash.</param>
/// <param name="Alias">What the parent calls it.</param>
/// <param name="ChildPorts">The child's exposed ports, <c>port/proto</c>: what a link opens where <c>icc</c> is off.</param>
public sealed record SandboxLink(string ChildId, string ChildName, string Alias, IReadOnlyCollection<string> ChildPorts);
