using Corten.EngineApi.Networks;

namespace Corten.Networks.Sandboxes;

/// <summary>A container's network: its namespace and what was put into it.</summary>
public sealed record Sandbox
{
    /// <summary>64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The bind-mounted namespace file, for the runtime's spec. Null when the container runs in the host's network namespace. For
    /// <c>container:</c> it is the other container's.
    /// </summary>
    public required string? NamespacePath { get; init; }

    /// <summary>What inspection shows, by network name; filled for running containers.</summary>
    public required Dictionary<string, EndpointSettings> Networks { get; init; }

    /// <summary>By <c>port/proto</c>; a null list is a port exposed and not published.</summary>
    public required Dictionary<string, List<PortBinding>?> Ports { get; init; }
}
