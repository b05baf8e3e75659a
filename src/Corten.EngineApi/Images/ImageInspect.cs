using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>The body of <c>GET /images/{name}/json</c>. Times are RFC 3339 text with up to nine decimals, as the image has them.</summary>
public sealed record ImageInspect
{
    public string Id { get; set; } = "";
    public IReadOnlyList<string> RepoTags { get; set; } = [];
    public IReadOnlyList<string> RepoDigests { get; set; } = [];
    public string Parent { get; set; } = "";
    public string Comment { get; set; } = "";
    public string? Created { get; set; }

    /// <summary>Below API 1.45 an empty object of Docker's old build containers; absent since.</summary>
    public ImageInspectConfig? ContainerConfig { get; set; }
    public string DockerVersion { get; set; } = "";
    public string Author { get; set; } = "";
    public string Architecture { get; set; } = "";
    public string? Variant { get; set; }
    public string Os { get; set; } = "";
    public string? OsVersion { get; set; }
    public long Size { get; set; }

    /// <summary>Below API 1.44 the same as <see cref="Size"/>; absent since.</summary>
    public long? VirtualSize { get; set; }
    public GraphDriverData GraphDriver { get; set; } = new();
    public ImageRootFs RootFS { get; set; } = new();
    public ImageMetadata Metadata { get; set; } = new();
    public ImageDescriptor? Descriptor { get; set; }
    public IReadOnlyList<ImageManifestSummary>? Manifests { get; set; }
    public ImageInspectConfig? Config { get; set; }
}

/// <summary>
/// The image's defaults for containers. Members in alphabetical order, as the engine writes them; the ones before API 1.50 that
/// describe a container rather than an image are left out by <c>null</c>.
/// </summary>
public sealed record ImageInspectConfig
{
    public bool? ArgsEscaped { get; set; }
    public bool? AttachStderr { get; set; }
    public bool? AttachStdin { get; set; }
    public bool? AttachStdout { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Cmd { get; set; }
    public string? Domainname { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Entrypoint { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Env { get; set; }
    public IReadOnlyDictionary<string, EmptyMember>? ExposedPorts { get; set; }
    public ImageHealthcheckConfig? Healthcheck { get; set; }
    public string? Hostname { get; set; }
    public string? Image { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, string>? Labels { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? OnBuild { get; set; }
    public bool? OpenStdin { get; set; }
    public IReadOnlyList<string>? Shell { get; set; }
    public bool? StdinOnce { get; set; }
    public string? StopSignal { get; set; }
    public bool? Tty { get; set; }
    public string User { get; set; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, EmptyMember>? Volumes { get; set; }
    public string WorkingDir { get; set; } = "";
}

/// <summary>HEALTHCHECK of an image; durations in nanoseconds, absent for the default.</summary>
public sealed record ImageHealthcheckConfig
{
    public IReadOnlyList<string>? Test { get; set; }
    public long? Interval { get; set; }
    public long? Timeout { get; set; }
    public long? StartPeriod { get; set; }
    public long? StartInterval { get; set; }
    public int? Retries { get; set; }
}

/// <summary>The value <c>{}</c> of a set's member.</summary>
public sealed record EmptyMember;

/// <summary>Where the storage driver keeps the unpacked layers, topmost first in <c>LowerDir</c>.</summary>
public sealed record GraphDriverData
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, string>? Data { get; set; }
    public string Name { get; set; } = "";
}

public sealed record ImageRootFs
{
    public string? Type { get; set; }

    /// <summary>Diff ids, lowest first; absent for an image without layers.</summary>
    public IReadOnlyList<string>? Layers { get; set; }
}

public sealed record ImageMetadata
{
    public string? LastTagTime { get; set; }
}
