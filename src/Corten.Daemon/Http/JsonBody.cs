using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Corten.Oci.Errors;

namespace Corten.Daemon.Http;

/// <summary>
/// Decodes JSON bodies by the rules of Go's decoder, which Docker's clients rely on: names in any case, unknown members ignored, null the same as
/// absent. Mistakes are told in its words.
/// </summary>
internal static class JsonBody
{
    /// <summary>The longest body that is decoded; the objects of real clients have some kilobytes.</summary>
    public const int MaxLength = 8 << 20;

    /// <summary>What Docker puts before what its decoder says.</summary>
    public const string MistakePrefix = "invalid JSON: ";

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="CortenException">It is longer than <see cref="MaxLength"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        int count;
        while ((count = await body.ReadAsync(bytes.GetMemory(4096), cancellationToken).ConfigureAwait(false)) > 0)
        {
            bytes.Advance(count);
            if (bytes.WrittenCount > MaxLength)
            {
                throw CortenException.Invalid("invalid JSON: http: request body too large");
            }
        }

        return bytes.WrittenMemory;
    }

    /// <returns>For a body that is <c>null</c> an object without members, as Go leaves a structure alone then.</returns>
    /// <exception cref="CortenException">It is no JSON, not of this type, or something follows.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        var value = FirstValue(json);
        if (JsonMistake.HasRest(json.Span[value.Length..]))
        {
            throw CortenException.Invalid("unexpected content after JSON");
        }

        try
        {
            return JsonSerializer.Deserialize(value.Span.IndexOf("null"u8) < 0 ? value.Span : WithoutNulls(value), type) ?? type.CreateObject!();
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid(MistakePrefix + JsonMistake.Describe(value, type), e);
        }
    }

    private static ReadOnlyMemory<byte> FirstValue(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            reader.Read();
            reader.Skip();
            return json[..(int)reader.BytesConsumed];
        }
        catch (JsonException)
        {
            throw CortenException.Invalid(MistakePrefix + (JsonSyntax.Describe(json.Span) ?? "unexpected EOF"));
        }
    }

    /// <summary>The same text without the members that are null: the generated readers would refuse them for numbers and truth values.</summary>
    private static ReadOnlySpan<byte> WithoutNulls(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var bytes = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Copy(document.RootElement, writer);
        }

        return bytes.WrittenSpan;
    }

    private static void Copy(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
                {
                    writer.WritePropertyName(member.Name);
                    Copy(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Copy(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
