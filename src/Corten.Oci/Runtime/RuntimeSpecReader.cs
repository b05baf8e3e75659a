using System.Text.Json;

namespace Corten.Oci.Runtime;

/// <summary>
/// Reads the runtime-spec's objects without the serializer: a runtime is a new process each time, and building the serializer's tables takes longer than reading
/// a configuration. It knows the same members as <see cref="RuntimeJson"/> (a test compares the two); unknown ones are passed over, null is as good as absent.
/// </summary>
public static partial class RuntimeSpecReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    private delegate T? ReadValue<T>(ref Utf8JsonReader json) where T : class;

    /// <exception cref="JsonException">It is no JSON, or a member is of another kind.</exception>
    public static RuntimeSpec? ReadSpec(ReadOnlySpan<byte> text) => Whole(text, ReadRuntime);

    public static ProcessSpec? ReadProcess(ReadOnlySpan<byte> text) => Whole(text, ReadProcess);

    public static ResourcesSpec? ReadResources(ReadOnlySpan<byte> text) => Whole(text, ReadResources);

    private static T? Whole<T>(ReadOnlySpan<byte> text, ReadValue<T> read) where T : class
    {
        var json = new Utf8JsonReader(text, Options);
        try
        {
            T? value = read(ref json);
            return json.Read() ? throw new JsonException("there is more after the end") : value;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException($"a value is of another kind than its member (at byte {json.TokenStartIndex})", e);
        }
    }

    /// <summary>Takes the value's first token.</summary>
    /// <returns>False for null.</returns>
    private static bool Begin(ref Utf8JsonReader json)
    {
        if (!json.Read()) throw new JsonException("the text ends early");
        if (json.TokenType == JsonTokenType.Null) return false;
        return json.TokenType == JsonTokenType.StartObject ? true : throw Unexpected(json, "an object");
    }

    private static bool NextMember(ref Utf8JsonReader json)
        => json.Read() ? json.TokenType == JsonTokenType.PropertyName : throw new JsonException("the text ends early");

    private static void Pass(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    private static bool BeginList(ref Utf8JsonReader json)
    {
        if (!json.Read()) throw new JsonException("the text ends early");
        if (json.TokenType == JsonTokenType.Null) return false;
        return json.TokenType == JsonTokenType.StartArray ? true : throw Unexpected(json, "an array");
    }

    private static List<T>? List<T>(ref Utf8JsonReader json, ReadValue<T> read) where T : class
    {
        if (!BeginList(ref json)) return null;
        List<T> values = [];
        while (true)
        {
            // Looking ahead for the end: the reader is a value, and its copy costs nothing.
            Utf8JsonReader ahead = json;
            if (!ahead.Read()) throw new JsonException("the text ends early");
            if (ahead.TokenType == JsonTokenType.EndArray)
            {
                json = ahead;
                return values;
            }
            values.Add(read(ref json) ?? throw new JsonException("null in a list"));
        }
    }

    private static List<string>? Texts(ref Utf8JsonReader json)
    {
        if (!BeginList(ref json)) return null;
        List<string> values = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) values.Add(json.GetString() ?? throw new JsonException("null in a list"));
        return values;
    }

    private static List<uint>? Numbers(ref Utf8JsonReader json)
    {
        if (!BeginList(ref json)) return null;
        List<uint> values = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) values.Add(json.GetUInt32());
        return values;
    }

    private static Dictionary<string, T>? Map<T>(ref Utf8JsonReader json, ReadValue<T> read) where T : class
    {
        if (!Begin(ref json)) return null;
        Dictionary<string, T> values = new(StringComparer.Ordinal);
        while (NextMember(ref json))
        {
            string name = json.GetString()!;
            values[name] = read(ref json) ?? throw new JsonException($"null for {name}");
        }
        return values;
    }

    private static Dictionary<string, string>? TextMap(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        while (NextMember(ref json))
        {
            string name = json.GetString()!;
            values[name] = Text(ref json) ?? throw new JsonException($"null for {name}");
        }
        return values;
    }

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }

    private static bool? Boolean(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetBoolean();
    }

    private static int? Int32(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetInt32();
    }

    private static uint? UInt32(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetUInt32();
    }

    private static long? Int64(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetInt64();
    }

    private static ulong? UInt64(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetUInt64();
    }

    private static ushort? UInt16(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null : json.GetUInt16();
    }

    private static JsonException Unexpected(in Utf8JsonReader json, string wanted) => new($"{wanted} was expected at byte {json.TokenStartIndex}");
}
