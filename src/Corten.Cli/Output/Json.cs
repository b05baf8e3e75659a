using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Corten.Cli.Output;

/// <summary>Writing and reading JSON without types.</summary>
internal static class Json
{
    /// <summary>For what users read. Not a field: making the encoder takes time that a request's body does not need.</summary>
    public static JsonWriterOptions WriterOptions => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A body for a request.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write) => Bytes(write, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance });

    public static string Compact(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Bytes(write, WriterOptions));

    private static byte[] Bytes(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        var buffer = new MemoryStream(512);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            write(writer);
        }
        return buffer.ToArray();
    }

    /// <summary>Four spaces a level, as <c>inspect</c> prints.</summary>
    public static string Indented(JsonElement element)
    {
        var buffer = new MemoryStream(4096);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions with { Indented = true, IndentSize = 4 }))
        {
            element.WriteTo(writer);
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>A string member of the outermost object, or the empty string. Without a document: for commands of a few milliseconds.</summary>
    public static string Text(ReadOnlySpan<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
    }

    /// <summary>A number member of the outermost object, or 0.</summary>
    public static long Int(ReadOnlySpan<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : 0;
    }

    private static bool Find(ref Utf8JsonReader reader, string name)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }
            reader.Skip();
        }
        return false;
    }

    /// <summary>A string member, or the empty string.</summary>
    public static string Text(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";

    /// <summary>A number member, or 0.</summary>
    public static long Int(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
            ? member.TryGetInt64(out var number) ? number : (long)member.GetDouble() : 0;

    public static bool Flag(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    /// <summary>A member of any kind; undefined when it is missing or null.</summary>
    public static JsonElement Get(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : default;

    /// <summary>A member down a path.</summary>
    public static JsonElement Get(this JsonElement element, string name, string inner) => element.Get(name).Get(inner);

    /// <summary>The elements of an array member; none when it is missing or null.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name)
    {
        var member = element.Get(name);
        return member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : [];
    }

    /// <summary>The strings of an array member.</summary>
    public static IEnumerable<string> Texts(this JsonElement element, string name) => element.Items(name).Select(static item => item.GetString() ?? "");

    /// <summary>The members of an object member; none when it is missing or null.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name)
    {
        var member = element.Get(name);
        return member.ValueKind == JsonValueKind.Object ? member.EnumerateObject() : [];
    }
}
