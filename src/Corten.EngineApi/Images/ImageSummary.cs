using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>One image in <c>GET /images/json</c> and in the disk usage. Sizes in bytes.</summary>
public sealed record ImageSummary
{
    /// <summary>Containers made from the image; -1 below API 1.51, where it was never counted in lists.</summary>
    public long Containers { get; set; } = -1;

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ImageDescriptor? Descriptor { get; set; }
    public string Id { get; set; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyDictionary<string, string>? Labels { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<ImageManifestSummary>? Manifests { get; set; }
    public string ParentId { get; set; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? RepoDigests { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public IReadOnlyList<string>? RepoTags { get; set; }

    /// <summary>-1 unless asked for.</summary>
    public long SharedSize { get; set; } = -1;
    public long Size { get; set; }

    /// <summary>Below API 1.44 the same as <see cref="Size"/>; absent since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? VirtualSize { get; set; }
}

/// <summary>A manifest of a multi-platform image.</summary>
public sealed record ImageManifestSummary
{
    public string ID { get; set; } = "";
    public ImageDescriptor Descriptor { get; set; } = new();

    /// <summary>All its blobs are in the store.</summary>
    public bool Available { get; set; }
    public ImageManifestSize Size { get; set; } = new();

    /// <summary><c>image</c>, <c>attestation</c> or <c>unknown</c>.</summary>
    public string Kind { get; set; } = "unknown";
    public ImageManifestImage? ImageData { get; set; }
    public ImageManifestAttestation? AttestationData { get; set; }
}

public sealed record ImageManifestSize
{
    public long Content { get; set; }
    public long Total { get; set; }
}

public sealed record ImageManifestImage
{
    public ImagePlatform Platform { get; set; } = new();
    public ImageUnpackedSize Size { get; set; } = new();
    public IReadOnlyList<string> Containers { get; set; } = [];
}

public sealed record ImageUnpackedSize
{
    public long Unpacked { get; set; }
}

public sealed record ImageManifestAttestation
{
    public string For { get; set; } = "";
}

/// <summary>An OCI descriptor as the API writes it.</summary>
public sealed record ImageDescriptor
{
    [JsonPropertyName("mediaType")] public string MediaType { get; set; } = "";
    [JsonPropertyName("digest")] public string Digest { get; set; } = "";
    [JsonPropertyName("size")] public long Size { get; set; }
    [JsonPropertyName("urls")] public IReadOnlyList<string>? Urls { get; set; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; set; }
    [JsonPropertyName("data")] public string? Data { get; set; }
    [JsonPropertyName("platform")] public ImagePlatform? Platform { get; set; }
    [JsonPropertyName("artifactType")] public string? ArtifactType { get; set; }
}

/// <summary>An OCI platform as the API reads and writes it.</summary>
public sealed record ImagePlatform
{
    [JsonPropertyName("architecture")] public string Architecture { get; set; } = "";
    [JsonPropertyName("os")] public string Os { get; set; } = "";
    [JsonPropertyName("os.version")] public string? OsVersion { get; set; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; set; }
    [JsonPropertyName("variant")] public string? Variant { get; set; }
}
