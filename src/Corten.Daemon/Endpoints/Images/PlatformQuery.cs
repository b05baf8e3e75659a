using System.Text.Json;
using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Daemon.Endpoints.Images;

/// <summary>The <c>platform</c> parameter, which is text in one place and JSON in others.</summary>
internal static class PlatformQuery
{
    /// <summary>An OCI platform as JSON; null if it is not given.</summary>
    public static Platform? ReadJson(Query query) => query.Text("platform") is { Length: > 0 } json ? Parse(json) : null;

    /// <summary><c>os[/arch[/variant]]</c>; null if it is not given.</summary>
    public static Platform? ReadText(Query query) => query.Text("platform") is { Length: > 0 } text ? Platform.Parse(text) : null;

    public static Platform Parse(string json)
    {
        if (json[0] is not ('{' or ' ' or '\t' or '\n' or '\r'))
        {
            throw CortenException.Invalid($"failed to parse platform: invalid character '{json[0]}' looking for beginning of value");
        }

        try
        {
            var platform = JsonSerializer.Deserialize(json, ImagesJson.Wire.ImagePlatform);
            return platform is { Os.Length: > 0, Architecture.Length: > 0 } ? ApiObjects.To(platform)
                : throw CortenException.Invalid("both OS and Architecture must be provided");
        }
        catch (JsonException problem)
        {
            throw CortenException.Invalid($"failed to parse platform: {JsonProblem.Describe(problem)}", problem);
        }
    }
}
