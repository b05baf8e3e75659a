using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.EngineApi.Streams;

/// <summary>A line of the progress streams (pull, push, build, load, import).</summary>
public sealed record ProgressMessage
{
    [JsonPropertyName("stream"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; init; }

    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    [JsonPropertyName("progressDetail"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressDetail? ProgressDetail { get; init; }

    /// <summary><see cref="ProgressDetail"/> drawn as a bar; <see cref="ProgressWriter"/> fills it in.</summary>
    [JsonPropertyName("progress"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Progress { get; init; }

    /// <summary>What the status is about: a layer's short digest, a tag. Clients draw one line an id.</summary>
    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonPropertyName("from"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    [JsonPropertyName("time"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Time { get; init; }

    [JsonPropertyName("timeNano"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long TimeNano { get; init; }

    [JsonPropertyName("errorDetail"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressError? ErrorDetail { get; init; }

    [JsonPropertyName("error"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>An object of the operation's own: <c>{"ID":"sha256:…"}</c> of a build, digest and size of a push.</summary>
    [JsonPropertyName("aux"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Aux { get; init; }

    /// <summary>The last line of a stream that failed after its first byte.</summary>
    public static ProgressMessage Failure(string message, int code = 0) =>
        new() { ErrorDetail = new ProgressError { Code = code, Message = message }, Error = message };
}

/// <summary>How far something is. An object without members, which is what the default is written as, means "nothing to count".</summary>
public sealed record ProgressDetail
{
    [JsonPropertyName("current"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Current { get; init; }

    [JsonPropertyName("total"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Total { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("start"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Start { get; init; }

    [JsonPropertyName("hidecounts"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HideCounts { get; init; }

    /// <summary>What is counted, if not bytes.</summary>
    [JsonPropertyName("units"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Units { get; init; }
}

/// <summary>An error that happened once the stream had begun.</summary>
public sealed record ProgressError
{
    [JsonPropertyName("code"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Code { get; init; }

    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

[JsonSerializable(typeof(ProgressMessage))]
public sealed partial class StreamsJson : JsonSerializerContext
{
    public static StreamsJson Plain { get; } = new(EngineJson.Options());
}
