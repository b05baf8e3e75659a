using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.EngineApi.Volumes;

/// <summary>A volume as <c>/volumes</c> shows it.</summary>
public sealed record Volume
{
    /// <summary>RFC 3339, whole seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedAt { get; init; }

    public required string Driver { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public required string Mountpoint { get; init; }

    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary><c>local</c> or <c>global</c>.</summary>
    public string Scope { get; set; } = "local";

    /// <summary>What a plugin tells of the volume.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, JsonElement>? Status { get; init; }

    /// <summary>Only in <c>/system/df</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VolumeUsage? UsageData { get; init; }
}

/// <summary>-1 stands for "not known" in both.</summary>
public sealed record VolumeUsage
{
    /// <summary>How many containers, running or not, refer to the volume.</summary>
    public required long RefCount { get; init; }

    /// <summary>Bytes on disk.</summary>
    public required long Size { get; init; }
}
