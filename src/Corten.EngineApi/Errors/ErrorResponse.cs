using System.Text.Json.Serialization;

namespace Corten.EngineApi.Errors;

/// <summary>The body of every answer that is an error.</summary>
public sealed record ErrorResponse
{
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

[JsonSerializable(typeof(ErrorResponse))]
public sealed partial class ErrorsJson : JsonSerializerContext
{
    public static ErrorsJson Plain { get; } = new(EngineJson.Options());
}
