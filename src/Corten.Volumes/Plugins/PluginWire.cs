using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.Volumes.Plugins;

// The volume plugin protocol (Docker Engine, "Volume plugin protocol"): POST /VolumeDriver.X with a JSON body, 200 with a JSON body whose Err is
// empty if all went well.

internal sealed record PluginRequest
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonPropertyName("ID"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Opts { get; init; }
}

internal sealed record PluginAnswer
{
    public string? Err { get; set; }

    public string? Mountpoint { get; set; }

    public PluginVolume? Volume { get; set; }

    public List<PluginVolume>? Volumes { get; set; }

    public PluginCapabilities? Capabilities { get; set; }

    /// <summary>Answer of <c>/Plugin.Activate</c>: what the plugin is for.</summary>
    public List<string>? Implements { get; set; }
}

internal sealed record PluginVolume
{
    public string? Name { get; set; }

    public string? Mountpoint { get; set; }

    public string? CreatedAt { get; set; }

    public Dictionary<string, JsonElement>? Status { get; set; }
}

internal sealed record PluginCapabilities
{
    public string? Scope { get; set; }
}

/// <summary>A plugin's <c>NAME.json</c>: where it listens.</summary>
internal sealed record PluginSpecification
{
    public string? Name { get; set; }

    public string? Addr { get; set; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(PluginRequest))]
[JsonSerializable(typeof(PluginAnswer))]
[JsonSerializable(typeof(PluginSpecification))]
internal sealed partial class PluginJson : JsonSerializerContext;
