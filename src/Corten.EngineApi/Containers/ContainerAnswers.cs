using System.Text.Json.Serialization;
using Corten.EngineApi.Json;

namespace Corten.EngineApi.Containers;

/// <summary>The container's processes, as <c>ps</c> prints them.</summary>
public sealed record TopResponse
{
    public IReadOnlyList<IReadOnlyList<string>>? Processes { get; set; }
    public IReadOnlyList<string> Titles { get; set; } = [];
}

public sealed record WaitResponse
{
    public long StatusCode { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitError? Error { get; set; }
}

public sealed record WaitError
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; set; }
}

/// <summary>A path that differs from the image: <c>Kind</c> is 0 modified, 1 added, 2 deleted.</summary>
public sealed record FilesystemChange
{
    public string Path { get; set; } = "";
    public int Kind { get; set; }
}

public sealed record ContainersPruneResponse
{
    public IReadOnlyList<string>? ContainersDeleted { get; set; }
    public ulong SpaceReclaimed { get; set; }
}

public sealed record CommitResponse
{
    public string Id { get; set; } = "";
}

/// <summary>The header X-Docker-Container-Path-Stat, as JSON in base64; <c>mode</c> has the bits of Go's FileMode.</summary>
public sealed record PathStat
{
    [JsonPropertyName("name")] public string Name { get; set; } = "";
    [JsonPropertyName("size")] public long Size { get; set; }
    [JsonPropertyName("mode")] public uint Mode { get; set; }

    [JsonPropertyName("mtime")]
    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset Mtime { get; set; }

    [JsonPropertyName("linkTarget")] public string LinkTarget { get; set; } = "";
}
