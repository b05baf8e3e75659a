using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>One image in <c>GET /images/json</c> and in the disk usage. Sizes in bytes.</summary>
public sealed record ImageSummary
{
    /// <summary>Containers made from the image; -1 below API 1.51, where it was never counted in lists.</summary>
    public long Containers { get; init; } = -1;

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; init; }
    public ImageDescriptor? Descriptor { get; init; }
    public string Id { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public IReadOnlyList<ImageManifestSummary>? Manifests { get; init; }
    public string ParentId { get; init; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? RepoDigests { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? RepoTags { get; init; }

    /// <summary>-1 unless asked for.</summary>
    public long SharedSize { get; init; } = -1;
    public long Size { get; init; }

    /// <summary>Below API 1.44 the same as <see cref="Size"/>; absent since.</summary>
    public long? VirtualSize { get; init; }
}

/// <summary>A manifest of a multi-platform image.</summary>
public sealed record ImageManifestSummary
{
    public string ID { get; init; } = "";
    public ImageDescriptor Descriptor { get; init; } = new();

    /// <summary>All its blobs are in the store.</summary>
    public bool Available { get; init; }
    public ImageManifestSize Size { get; init; } = new();

    /// <summary><c>image</c>, <c>attestation</c> or <c>unknown</c>.</summary>
    public string Kind { get; init; } = "unknown";
    public ImageManifestImage? ImageData { get; init; }
    public ImageManifestAttestation? AttestationData { get; init; }
}

public sealed record ImageManifestSize
{
    public long Content { get; init; }
    public long Total { get; init; }
}

public sealed record ImageManifestImage
{
    public ImagePlatform Platform { get; init; } = new();
    public ImageUnpackedSize Size { get; init; } = new();
    public IReadOnlyList<string> Containers { get; init; } = [];
}

public sealed record ImageUnpackedSize
{
    public long Unpacked { get; init; }
}

public sealed record ImageManifestAttestation
{
    public string For { get; init; } = "";
}

/// <summary>An OCI descriptor as the API writes it.</summary>
public sealed record ImageDescriptor
{
    [JsonPropertyName("mediaType")] public string MediaType { get; init; } = "";
    [JsonPropertyName("digest")] public string Digest { get; init; } = "";
    [JsonPropertyName("size")] public long Size { get; init; }
    [JsonPropertyName("urls")] public IReadOnlyList<string>? Urls { get; init; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    [JsonPropertyName("data")] public string? Data { get; init; }
    [JsonPropertyName("platform")] public ImagePlatform? Platform { get; init; }
    [JsonPropertyName("artifactType")] public string? ArtifactType { get; init; }
}

/// <summary>An OCI platform as the API reads and writes it.</summary>
public sealed record ImagePlatform
{
    [JsonPropertyName("architecture")] public string Architecture { get; init; } = "";
    [JsonPropertyName("os")] public string Os { get; init; } = "";
    [JsonPropertyName("os.version")] public string? OsVersion { get; init; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; init; }
    [JsonPropertyName("variant")] public string? Variant { get; init; }
}
