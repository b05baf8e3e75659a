using System.Text.Json.Serialization;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Images;
using Corten.EngineApi.Volumes;

namespace Corten.EngineApi.System;

/// <summary>Answer of <c>GET /system/df</c>. A kind that was not asked for is null.</summary>
public sealed record DiskUsage
{
    /// <summary>Bytes of all layers, shared ones once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LayersSize { get; init; }

    public IReadOnlyList<ImageSummary>? Images { get; init; }

    public IReadOnlyList<ContainerSummary>? Containers { get; init; }

    public IReadOnlyList<Volume>? Volumes { get; init; }

    public IReadOnlyList<BuildCacheRecord>? BuildCache { get; init; }
}

/// <summary>One entry of the build cache.</summary>
public sealed record BuildCacheRecord
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>Before API 1.42.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    /// <summary>Docker writes the name with a space before it, and its clients read it so.</summary>
    [JsonPropertyName(" Parents")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Parents { get; init; }

    /// <summary><c>internal</c>, <c>frontend</c>, <c>source.local</c>, <c>source.git.checkout</c>, <c>exec.cachemount</c>, <c>regular</c>.</summary>
    public required string Type { get; init; }

    public string Description { get; set; } = "";

    public bool InUse { get; init; }

    public bool Shared { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? LastUsedAt { get; init; }

    public int UsageCount { get; init; }
}
