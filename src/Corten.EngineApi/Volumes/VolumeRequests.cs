using System.Text.Json;

namespace Corten.EngineApi.Volumes;

/// <summary>Body of <c>POST /volumes/create</c>.</summary>
public sealed record CreateOptions
{
    /// <summary>Empty for an anonymous volume.</summary>
    public string? Name { get; init; }

    public string? Driver { get; init; }

    public Dictionary<string, string>? DriverOpts { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>Only a swarm has cluster volumes; read so that it can be refused.</summary>
    public JsonElement? ClusterVolumeSpec { get; init; }
}

/// <summary>Answer of <c>GET /volumes</c>.</summary>
public sealed record VolumeList
{
    public required IReadOnlyList<Volume> Volumes { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>Answer of <c>POST /volumes/prune</c>.</summary>
public sealed record VolumesPruneReport
{
    public IReadOnlyList<string>? VolumesDeleted { get; init; }

    /// <summary>Bytes.</summary>
    public required long SpaceReclaimed { get; init; }
}

/// <summary>Body of <c>POST /corten/volumes/{name}/clone</c> and <c>/snapshot</c>.</summary>
public sealed record CopyOptions
{
    /// <summary>Of the new volume; empty for one that is made up.</summary>
    public string? Name { get; init; }
}
