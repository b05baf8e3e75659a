using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.Oci.Image;

/// <summary>An image's configuration blob (image-spec, config.md), with the fields that Docker adds to it. Unknown members survive a rewrite.</summary>
public sealed record ImageConfig
{
    [JsonPropertyName("architecture")] public string Architecture { get; set; } = "";
    [JsonPropertyName("variant")] public string? Variant { get; set; }
    [JsonPropertyName("os")] public string Os { get; set; } = "";
    [JsonPropertyName("os.version")] public string? OsVersion { get; set; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; set; }
    [JsonPropertyName("created"), JsonConverter(typeof(GoTimeConverter))] public DateTimeOffset? Created { get; set; }
    [JsonPropertyName("author")] public string? Author { get; set; }
    [JsonPropertyName("config")] public ContainerDefaults? Config { get; set; }
    [JsonPropertyName("rootfs")] public RootFs RootFs { get; set; } = new();
    [JsonPropertyName("history")] public IReadOnlyList<HistoryEntry>? History { get; set; }

    // Docker's additions.
    [JsonPropertyName("parent")] public string? Parent { get; set; }
    [JsonPropertyName("comment")] public string? Comment { get; set; }
    [JsonPropertyName("docker_version")] public string? DockerVersion { get; set; }
    [JsonPropertyName("container")] public string? Container { get; set; }

    [JsonExtensionData] public Dictionary<string, JsonElement>? Extra { get; set; }

    [JsonIgnore]
    public Platform Platform => new() { Os = Os, Architecture = Architecture, Variant = Variant, OsVersion = OsVersion };
}

/// <summary>The <c>config</c> object: what a container made from the image does unless told otherwise.</summary>
public sealed record ContainerDefaults
{
    public string? User { get; set; }
    public Dictionary<string, EmptyObject>? ExposedPorts { get; set; }
    public IReadOnlyList<string>? Env { get; set; }
    public IReadOnlyList<string>? Entrypoint { get; set; }
    public IReadOnlyList<string>? Cmd { get; set; }
    public Dictionary<string, EmptyObject>? Volumes { get; set; }
    public string? WorkingDir { get; set; }
    public Dictionary<string, string>? Labels { get; set; }
    public string? StopSignal { get; set; }
    public bool? ArgsEscaped { get; set; }
    public ImageHealthcheck? Healthcheck { get; set; }
    public IReadOnlyList<string>? OnBuild { get; set; }
    public IReadOnlyList<string>? Shell { get; set; }

    [JsonExtensionData] public Dictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>Docker's HEALTHCHECK; durations are nanoseconds, 0 for the default.</summary>
public sealed record ImageHealthcheck
{
    public IReadOnlyList<string>? Test { get; set; }
    public long? Interval { get; set; }
    public long? Timeout { get; set; }
    public long? StartPeriod { get; set; }
    public long? StartInterval { get; set; }
    public int? Retries { get; set; }
}

/// <summary>The uncompressed layers, lowest first.</summary>
public sealed record RootFs
{
    [JsonPropertyName("type")] public string Type { get; set; } = "layers";
    [JsonPropertyName("diff_ids")] public IReadOnlyList<Digest> DiffIds { get; set; } = [];
}

public sealed record HistoryEntry
{
    [JsonPropertyName("created"), JsonConverter(typeof(GoTimeConverter))] public DateTimeOffset? Created { get; set; }
    [JsonPropertyName("created_by")] public string? CreatedBy { get; set; }
    [JsonPropertyName("author")] public string? Author { get; set; }
    [JsonPropertyName("comment")] public string? Comment { get; set; }
    [JsonPropertyName("empty_layer")] public bool? EmptyLayer { get; set; }
}

/// <summary>The value <c>{}</c> of Go's sets.</summary>
public sealed record EmptyObject;
