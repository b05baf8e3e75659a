using System.Text.Encodings.Web;
using System.Text.Json;

namespace Corten.EngineApi;

/// <summary>
/// The conventions that every group of the Engine API's JSON shares: names as they stand in C#, read in any case, no HTML escapes. Each group has
/// a generated context of its own and builds it over <see cref="Options"/>.
/// </summary>
public static class EngineJson
{
    /// <summary>New options for one context. They may not be shared: a context takes possession of its options.</summary>
    public static JsonSerializerOptions Options() => new()
    {
        PropertyNamingPolicy = null,
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
