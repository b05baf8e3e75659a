using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Archives;

/// <summary>One image in <c>manifest.json</c> of a docker-archive; paths are within the archive.</summary>
internal sealed record SavedImage
{
    public string Config { get; set; } = "";
    public IReadOnlyList<string>? RepoTags { get; set; }
    public IReadOnlyList<string>? Layers { get; set; }

    /// <summary>Descriptors of layers that are not plain tars, by diff id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, Descriptor>? LayerSources { get; set; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(IReadOnlyList<SavedImage>))]
[JsonSerializable(typeof(SortedDictionary<string, SortedDictionary<string, string>>))]
internal sealed partial class ArchiveJson : JsonSerializerContext
{
    /// <summary>Images in one archive beyond this many are refused.</summary>
    public const int MaxImages = 1024;

    public static ArchiveJson Plain { get; } = new(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Reads <c>manifest.json</c>.</summary>
    /// <exception cref="CortenException">It is not what docker save writes.</exception>
    public static IReadOnlyList<SavedImage> ReadManifest(byte[] json)
    {
        IReadOnlyList<SavedImage>? images;
        try
        {
            images = JsonSerializer.Deserialize(json, Default.IReadOnlyListSavedImage);
        }
        catch (JsonException problem)
        {
            throw CortenException.Invalid($"invalid archive: manifest.json: {JsonProblem.Describe(problem)}", problem);
        }

        return images is { Count: <= MaxImages } && images.All(i => i is { Config.Length: > 0 })
            ? images
            : throw CortenException.Invalid("invalid archive: manifest.json does not list images");
    }
}
