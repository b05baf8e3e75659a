using System.Text.Json.Serialization;

namespace Corten.EngineApi.System;

/// <summary>Answer of <c>GET /version</c>.</summary>
public sealed record VersionInfo
{
    public VersionPlatform? Platform { get; init; }

    public IReadOnlyList<VersionComponent>? Components { get; init; }

    public required string Version { get; init; }

    public required string ApiVersion { get; init; }

    [JsonPropertyName("MinAPIVersion")]
    public string? MinApiVersion { get; init; }

    public string GitCommit { get; set; } = "";

    public string GoVersion { get; set; } = "";

    public required string Os { get; init; }

    public required string Arch { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KernelVersion { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Experimental { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BuildTime { get; init; }
}

/// <summary>What the engine is called.</summary>
public sealed record VersionPlatform(string Name);

/// <summary>A part of the engine, with what there is to tell of it.</summary>
public sealed record VersionComponent
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Details { get; init; }
}
