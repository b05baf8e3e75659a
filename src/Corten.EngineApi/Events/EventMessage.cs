using System.Text.Json.Serialization;

namespace Corten.EngineApi.Events;

/// <summary>One event of <c>GET /events</c>. The first three members are what clients before API 1.22 read; only containers and images have them.</summary>
public sealed record EventMessage
{
    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The image that a container was made from, as its creator named it.</summary>
    [JsonPropertyName("from"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>One of <see cref="EventType"/>.</summary>
    public required string Type { get; init; }

    public required string Action { get; init; }

    public required EventActor Actor { get; init; }

    [JsonPropertyName("scope")]
    public string Scope { get; set; } = "local";

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("time")]
    public required long Time { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    [JsonPropertyName("timeNano")]
    public required long TimeNano { get; init; }
}

/// <summary>The object that an event is about.</summary>
public sealed record EventActor
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
}

/// <summary>The kinds of objects that events are about.</summary>
public static class EventType
{
    public const string Builder = "builder";
    public const string Container = "container";
    public const string Daemon = "daemon";
    public const string Image = "image";
    public const string Network = "network";
    public const string Volume = "volume";
}

[JsonSerializable(typeof(EventMessage))]
public sealed partial class EventsJson : JsonSerializerContext
{
    public static EventsJson Plain { get; } = new(EngineJson.Options());
}
