using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.Oci.Image;

/// <summary>
/// Generated JSON for the image-spec. Nulls are left out, and reading takes member names in any case, as Go does. Members of JSON records are
/// <c>set</c>, never <c>init</c>: the generated reader gives an absent init-only member its type's default and so loses its initializer.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(Platform))]
[JsonSerializable(typeof(IReadOnlyList<Platform>))]
public sealed partial class ImageJson : JsonSerializerContext
{
    /// <summary>Writes without the HTML escapes that would make digests differ from Go's encoder with escaping off.</summary>
    public static ImageJson Plain { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
