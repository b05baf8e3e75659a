using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.EngineApi.Json;

/// <summary>
/// Times as Go writes them (RFC 3339 with up to nine digits and no trailing zeros, <c>Z</c> for UTC). Go's zero time,
/// <c>0001-01-01T00:00:00Z</c>, is <see cref="DateTimeOffset.MinValue"/>.
/// </summary>
public sealed class GoTime : JsonConverter<DateTimeOffset>
{
    public override bool HandleNull => true;

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? default
        : DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new JsonException("not a time by RFC 3339");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}
