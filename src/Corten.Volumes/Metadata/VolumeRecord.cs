using System.Text.Json.Serialization;

namespace Corten.Volumes.Metadata;

/// <summary>What the database keeps of a volume.</summary>
internal sealed record VolumeRecord
{
    public required string Name { get; init; }

    public required string Driver { get; init; }

    /// <summary>Null and empty are kept apart: Docker shows them differently.</summary>
    public Dictionary<string, string>? Options { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public required DateTime Created { get; init; }

    public bool IsAnonymous => Labels?.ContainsKey(VolumeService.AnonymousLabel) ?? false;
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class MetadataJson : JsonSerializerContext;
