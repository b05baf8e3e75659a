using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>Generated JSON of the group images, <c>/auth</c> and <c>/distribution</c>; use <see cref="Wire"/>, which escapes as Docker does.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(ImageInspect))]
[JsonSerializable(typeof(ImageSummary))]
[JsonSerializable(typeof(IReadOnlyList<ImageSummary>))]
[JsonSerializable(typeof(IReadOnlyList<ImageHistoryItem>))]
[JsonSerializable(typeof(IReadOnlyList<ImageDeleteItem>))]
[JsonSerializable(typeof(ImagePruneResponse))]
[JsonSerializable(typeof(IReadOnlyList<ImageSearchItem>))]
[JsonSerializable(typeof(DistributionInspect))]
[JsonSerializable(typeof(ImageCommitResponse))]
[JsonSerializable(typeof(AuthConfig))]
[JsonSerializable(typeof(Dictionary<string, AuthConfig>))]
[JsonSerializable(typeof(AuthResponse))]
[JsonSerializable(typeof(PushResult))]
[JsonSerializable(typeof(PushedPart))]
[JsonSerializable(typeof(BuildResult))]
[JsonSerializable(typeof(ImagePlatform))]
public sealed partial class ImagesJson : JsonSerializerContext
{
    public static ImagesJson Wire { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
