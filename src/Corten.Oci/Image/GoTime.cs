using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.Oci.Image;

/// <summary>Times as Go's encoder writes them: RFC 3339 in UTC, the fraction without trailing zeros.</summary>
public static class GoTime
{
    /// <summary>What Go writes for a time that was never set.</summary>
    public const string Zero = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}

internal sealed class GoTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(GoTime.Format(value));
}
