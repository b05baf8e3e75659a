using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Oci.Image;

namespace Corten.Build.CacheTransfer;

/// <summary>
/// A cache as it travels: which keys have been worked out, what each gave, and where the layers are. Steps without a layer are known by name only: whoever
/// needs no more than that need not run them.
/// </summary>
public sealed record CacheDocument
{
    /// <summary>Of the manifest's configuration, in registries and folders.</summary>
    public const string MediaType = "application/vnd.corten.buildcache.v1+json";

    /// <summary>The member of an image's configuration that has it, for caches that travel with their image.</summary>
    public const string InlineMember = "corten.buildcache.v1";

    [JsonPropertyName("layers")] public IReadOnlyList<CachedLayer> Layers { get; set; } = [];
    [JsonPropertyName("records")] public IReadOnlyList<CachedStep> Records { get; set; } = [];
    [JsonPropertyName("selections")] public IReadOnlyList<CachedSelection> Selections { get; set; } = [];
}

/// <summary>A layer. Within an image the blob is the image's own, found by the diff id.</summary>
public sealed record CachedLayer
{
    [JsonPropertyName("diffId")] public Digest DiffId { get; set; }
    [JsonPropertyName("blob")] public Descriptor? Blob { get; set; }
}

/// <summary>A step that was run.</summary>
public sealed record CachedStep
{
    /// <summary>The identity of what it gave; later keys are made from it.</summary>
    [JsonPropertyName("uid")] public string Uid { get; set; } = "";

    [JsonPropertyName("key")] public string Key { get; set; } = "";

    [JsonPropertyName("description")] public string Description { get; set; } = "";

    [JsonPropertyName("created")] public DateTime Created { get; set; }

    /// <summary>Index of the layer; null if the cache does not have it.</summary>
    [JsonPropertyName("layer")] public int? Layer { get; set; }
}

/// <summary>The digest of some files of a tree, so that steps that copy them find their key without the tree.</summary>
public sealed record CachedSelection
{
    [JsonPropertyName("identity")] public string Identity { get; set; } = "";
    [JsonPropertyName("selection")] public string Selection { get; set; } = "";
    [JsonPropertyName("digest")] public Digest Digest { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CacheDocument))]
[JsonSerializable(typeof(List<CacheEntry>))]
internal sealed partial class CacheJson : JsonSerializerContext
{
    public static CacheJson Plain { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNameCaseInsensitive = true,
    });
}

/// <summary>One <c>--cache-from</c> or <c>--cache-to</c>, as clients send it.</summary>
public sealed record CacheEntry
{
    public string Type { get; set; } = "";
    public Dictionary<string, string> Attrs { get; set; } = [];
}
