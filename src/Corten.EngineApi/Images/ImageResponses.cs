using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>One step in <c>GET /images/{name}/history</c>, newest first.</summary>
public sealed record ImageHistoryItem
{
    public string Comment { get; set; } = "";

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; set; }
    public string CreatedBy { get; set; } = "";

    /// <summary>The image's id for the newest step, <c>&lt;missing&gt;</c> below.</summary>
    public string Id { get; set; } = "";
    public long Size { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Tags { get; set; }
}

/// <summary>One line of <c>DELETE /images/{name}</c>: a name that was taken away, or an image or layer that is gone.</summary>
public sealed record ImageDeleteItem
{
    public string? Deleted { get; set; }
    public string? Untagged { get; set; }
}

/// <summary>The answer of <c>POST /images/prune</c>.</summary>
public sealed record ImagePruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<ImageDeleteItem>? ImagesDeleted { get; set; }
    public long SpaceReclaimed { get; set; }
}

/// <summary>One hit of <c>GET /images/search</c>.</summary>
public sealed record ImageSearchItem
{
    [JsonPropertyName("star_count")] public int StarCount { get; set; }
    [JsonPropertyName("is_official")] public bool IsOfficial { get; set; }
    [JsonPropertyName("name")] public string Name { get; set; } = "";
    [JsonPropertyName("is_automated")] public bool IsAutomated { get; set; }
    [JsonPropertyName("description")] public string Description { get; set; } = "";
}

/// <summary>The answer of <c>GET /distribution/{name}/json</c>: what the registry has under a name.</summary>
public sealed record DistributionInspect
{
    public ImageDescriptor Descriptor { get; set; } = new();
    public IReadOnlyList<ImagePlatform> Platforms { get; set; } = [];
}

/// <summary>The answer of <c>POST /commit</c>.</summary>
public sealed record ImageCommitResponse
{
    public string Id { get; set; } = "";
}
