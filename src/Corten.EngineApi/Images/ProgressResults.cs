using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>What a push puts into <c>aux</c>: what the tag now names at the registry.</summary>
public sealed record PushResult
{
    public string Tag { get; set; } = "";
    public string Digest { get; set; } = "";
    public long Size { get; set; }
}

/// <summary>What a push puts into <c>aux</c> if of an index not everything is here: which of its manifests went instead.</summary>
public sealed record PushedPart
{
    [JsonPropertyName("manifestPushedInsteadOfIndex")] public bool ManifestPushedInsteadOfIndex { get; set; } = true;
    [JsonPropertyName("originalIndex")] public ImageDescriptor OriginalIndex { get; set; } = new();
    [JsonPropertyName("selectedManifest")] public ImageDescriptor SelectedManifest { get; set; } = new();
}

/// <summary>What a build puts into <c>aux</c>: the id of the image that came out.</summary>
public sealed record BuildResult
{
    public string ID { get; set; } = "";
}
