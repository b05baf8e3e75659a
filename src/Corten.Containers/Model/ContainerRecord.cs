using System.Text.Json.Serialization;
using Corten.Containers.Mounts;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Networks;

namespace Corten.Containers.Model;

/// <summary>What a container is: settled at creation, changed only by update and by connecting networks. The name is apart, since renaming is.</summary>
public sealed record ContainerRecord
{
    public required string Id { get; set; }

    public required DateTimeOffset Created { get; set; }

    /// <summary>Merged with the image's defaults.</summary>
    public required ContainerConfig Config { get; set; }

    /// <summary>With every default filled in.</summary>
    public required HostConfig Host { get; set; }

    /// <summary>Configured endpoints by network name.</summary>
    public Dictionary<string, EndpointSettings> Endpoints { get; set; } = [];

    public List<ContainerMount> Mounts { get; set; } = [];

    /// <summary>Digest of the image.</summary>
    public required string ImageId { get; set; }

    /// <summary>The layers that the root file system stands on; empty for an image without any.</summary>
    public string Chain { get; set; } = "";

    /// <summary>Legacy links, each a container's id and the name that this one knows it by.</summary>
    public List<ContainerLink> Links { get; set; } = [];

    /// <summary>The program, then its arguments.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Command => [.. Config.Entrypoint ?? [], .. Config.Cmd ?? []];
}

public sealed record ContainerLink
{
    public required string ContainerId { get; set; }

    public required string Alias { get; set; }
}
