using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.EngineApi.Images;

namespace Corten.EngineApi.Build;

/// <summary>What <c>POST /build/prune</c> removed.</summary>
public sealed record BuildPruneReport
{
    public IReadOnlyList<string>? CachesDeleted { get; init; }

    /// <summary>Bytes.</summary>
    public long SpaceReclaimed { get; init; }
}

/// <summary>A step of a build and why it was run, as <c>--explain</c> gets it (ours).</summary>
public sealed record StepExplanation
{
    public required string Step { get; init; }

    /// <summary>The first line of the instruction in the Dockerfile; 0 for none.</summary>
    public int Line { get; init; }

    /// <summary>Its result was in the cache.</summary>
    public bool Cached { get; init; }

    /// <summary>For a miss, what differs from the nearest earlier run.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
}

/// <summary>A finding of a check (ours).</summary>
public sealed record BuildFinding
{
    public required string Rule { get; init; }

    public required string Message { get; init; }

    /// <summary>Why it matters.</summary>
    public required string Description { get; init; }

    public string Url { get; init; } = "";

    public int Line { get; init; }

    /// <summary>The lines, shown among their neighbours.</summary>
    public string Excerpt { get; init; } = "";
}

/// <summary>Generated JSON of the group build.</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(BuildPruneReport))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(StepExplanation))]
[JsonSerializable(typeof(IReadOnlyList<StepExplanation>))]
[JsonSerializable(typeof(IReadOnlyList<BuildFinding>))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
[JsonSerializable(typeof(Dictionary<string, AuthConfig>))]
[JsonSerializable(typeof(List<BuildUlimit>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(List<BuildOutput>))]
public sealed partial class BuildJson : JsonSerializerContext
{
    public static BuildJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNameCaseInsensitive = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>A resource limit of a classic build's <c>ulimits</c>.</summary>
public sealed record BuildUlimit
{
    public string Name { get; init; } = "";

    public long Hard { get; init; }

    public long Soft { get; init; }
}

/// <summary>An exporter of a classic build's <c>outputs</c>.</summary>
public sealed record BuildOutput
{
    public string Type { get; init; } = "";

    public Dictionary<string, string>? Attrs { get; init; }
}
