using Corten.EngineApi.Networks;

namespace Corten.EngineApi.Containers;

/// <summary>The body of a create: the config at the top level, host and networks beside it.</summary>
public sealed record CreateContainerRequest : ContainerConfig
{
    public HostConfig? HostConfig { get; set; }
    public NetworkingConfig? NetworkingConfig { get; set; }
}

public sealed record CreateContainerResponse
{
    public string Id { get; set; } = "";
    public IReadOnlyList<string> Warnings { get; set; } = [];
}
