using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>One object of the progress stream of pull, push, load, import and build; on the wire each ends in CR LF.</summary>
public sealed record ProgressMessage
{
    [JsonPropertyName("stream")] public string? Stream { get; set; }
    [JsonPropertyName("status")] public string? Status { get; set; }
    [JsonPropertyName("progressDetail")] public ProgressDetail? ProgressDetail { get; set; }

    /// <summary>The bar drawn from <see cref="ProgressDetail"/> for readers that draw none.</summary>
    [JsonPropertyName("progress")] public string? Progress { get; set; }

    /// <summary>Which line the message replaces: twelve digits of a layer's digest, or a tag.</summary>
    [JsonPropertyName("id")] public string? Id { get; set; }
    [JsonPropertyName("from")] public string? From { get; set; }
    [JsonPropertyName("errorDetail")] public ProgressError? ErrorDetail { get; set; }
    [JsonPropertyName("error")] public string? Error { get; set; }
    [JsonPropertyName("aux")] public System.Text.Json.JsonElement? Aux { get; set; }

    /// <summary>The last line of a stream that failed after its first byte.</summary>
    public static ProgressMessage Failure(string message, int? code = null) =>
        new() { ErrorDetail = new ProgressError { Code = code, Message = message }, Error = message };
}

/// <summary>How far: bytes unless <see cref="Units"/> says otherwise. An empty object clears a drawn bar.</summary>
public sealed record ProgressDetail
{
    [JsonPropertyName("current")] public long? Current { get; set; }
    [JsonPropertyName("total")] public long? Total { get; set; }
    [JsonPropertyName("start")] public long? Start { get; set; }
    [JsonPropertyName("hidecounts")] public bool? HideCounts { get; set; }
    [JsonPropertyName("units")] public string? Units { get; set; }
}

public sealed record ProgressError
{
    [JsonPropertyName("code")] public int? Code { get; set; }
    [JsonPropertyName("message")] public string? Message { get; set; }
}

/// <summary>What a push puts into <c>aux</c>: what the tag now names at the registry.</summary>
public sealed record PushResult
{
    public string Tag { get; set; } = "";
    public string Digest { get; set; } = "";
    public long Size { get; set; }
}

/// <summary>What a build puts into <c>aux</c>: the id of the image that came out.</summary>
public sealed record BuildResult
{
    public string ID { get; set; } = "";
}
