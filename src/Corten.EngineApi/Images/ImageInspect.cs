using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>The body of <c>GET /images/{name}/json</c>. Times are RFC 3339 text with up to nine decimals, as the image has them.</summary>
public sealed record ImageInspect
{
    public string Id { get; init; } = "";
    public IReadOnlyList<string> RepoTags { get; init; } = [];
    public IReadOnlyList<string> RepoDigests { get; init; } = [];
    public string Parent { get; init; } = "";
    public string Comment { get; init; } = "";
    public string? Created { get; init; }

    /// <summary>Below API 1.45 an empty object of Docker's old build containers; absent since.</summary>
    public ImageInspectConfig? ContainerConfig { get; init; }
    public string DockerVersion { get; init; } = "";
    public string Author { get; init; } = "";
    public string Architecture { get; init; } = "";
    public string? Variant { get; init; }
    public string Os { get; init; } = "";
    public string? OsVersion { get; init; }
    public long Size { get; init; }

    /// <summary>Below API 1.44 the same as <see cref="Size"/>; absent since.</summary>
    public long? VirtualSize { get; init; }
    public GraphDriverData GraphDriver { get; init; } = new();
    public ImageRootFs RootFS { get; init; } = new();
    public ImageMetadata Metadata { get; init; } = new();
    public ImageDescriptor? Descriptor { get; init; }
    public IReadOnlyList<ImageManifestSummary>? Manifests { get; init; }
    public ImageInspectConfig? Config { get; init; }
}

/// <summary>
/// The image's defaults for containers. Members in alphabetical order, as the engine writes them; the ones before API 1.50 that
/// describe a container rather than an image are left out by <c>null</c>.
/// </summary>
public sealed record ImageInspectConfig
{
    public bool? ArgsEscaped { get; init; }
    public bool? AttachStderr { get; init; }
    public bool? AttachStdin { get; init; }
    public bool? AttachStdout { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Cmd { get; init; }
    public string? Domainname { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Entrypoint { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? Env { get; init; }
    public IReadOnlyDictionary<string, EmptyMember>? ExposedPorts { get; init; }
    public ImageHealthcheckConfig? Healthcheck { get; init; }
    public string? Hostname { get; init; }
    public string? Image { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, string>? Labels { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? OnBuild { get; init; }
    public bool? OpenStdin { get; init; }
    public IReadOnlyList<string>? Shell { get; init; }
    public bool? StdinOnce { get; init; }
    public string? StopSignal { get; init; }
    public bool? Tty { get; init; }
    public string User { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, EmptyMember>? Volumes { get; init; }
    public string WorkingDir { get; init; } = "";
}

/// <summary>HEALTHCHECK of an image; durations in nanoseconds, absent for the default.</summary>
public sealed record ImageHealthcheckConfig
{
    public IReadOnlyList<string>? Test { get; init; }
    public long? Interval { get; init; }
    public long? Timeout { get; init; }
    public long? StartPeriod { get; init; }
    public long? StartInterval { get; init; }
    public int? Retries { get; init; }
}

/// <summary>The value <c>{}</c> of a set's member.</summary>
public sealed record EmptyMember;

/// <summary>Where the storage driver keeps the unpacked layers, topmost first in <c>LowerDir</c>.</summary>
public sealed record GraphDriverData
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, string>? Data { get; init; }
    public string Name { get; init; } = "";
}

public sealed record ImageRootFs
{
    public string? Type { get; init; }

    /// <summary>Diff ids, lowest first; absent for an image without layers.</summary>
    public IReadOnlyList<string>? Layers { get; init; }
}

public sealed record ImageMetadata
{
    public string? LastTagTime { get; init; }
}
