using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Corten.EngineApi.Json;
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
            return JsonSerializer.Deserialize(value.Span.IndexOf("null"u8) < 0 ? value.Span : WithoutNulls(value, type), type) ?? type.CreateObject!();
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

    /// <summary>
    /// The same text without the members that are null, which the generated readers would refuse for numbers and truth values. An entry of a map stays, with
    /// its type's empty value: a port or a path is a key there.
    /// </summary>
    private static ReadOnlySpan<byte> WithoutNulls(ReadOnlyMemory<byte> json, JsonTypeInfo type)
    {
        using var document = JsonDocument.Parse(json);
        var bytes = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Copy(document.RootElement, type, writer);
        }

        return bytes.WrittenSpan;
    }

    /// <param name="element"></param>
    /// <param name="type">Null inside what the body's type does not know.</param>
    /// <param name="writer"></param>
    private static void Copy(JsonElement element, JsonTypeInfo? type, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    CopyMember(member, type, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Copy(item, Inner(type, JsonTypeInfoKind.Enumerable), writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static void CopyMember(JsonProperty member, JsonTypeInfo? type, Utf8JsonWriter writer)
    {
        if (type is { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } entry })
        {
            writer.WritePropertyName(member.Name);
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                Copy(member.Value, Inner(type, JsonTypeInfoKind.Dictionary), writer);
            }
            else if (entry == typeof(string))
            {
                writer.WriteStringValue("");
            }
            else if (entry == typeof(EmptyObject))
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNullValue();
            }
        }
        else if (member.Value.ValueKind != JsonValueKind.Null)
        {
            var property = type?.Properties.FirstOrDefault(property => property.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase));
            writer.WritePropertyName(member.Name);
            Copy(member.Value, property is { CustomConverter: null } ? type!.Options.GetTypeInfo(property.PropertyType) : null, writer);
        }
    }

    private static JsonTypeInfo? Inner(JsonTypeInfo? type, JsonTypeInfoKind kind) =>
        type is { ElementType: { } inner } && type.Kind == kind ? type.Options.GetTypeInfo(inner) : null;

    /// <summary>Whether a body that <see cref="Decode"/> takes has a member, null or not, that belongs to the type.</summary>
    public static bool HasMember(ReadOnlyMemory<byte> json, JsonTypeInfo type)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.EnumerateObject().Any(member => type.Properties.Any(property => property.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)));
    }
}
