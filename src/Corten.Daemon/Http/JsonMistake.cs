using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Corten.Daemon.Http;

/// <summary>Tells what is wrong with a JSON text in the words of Go's decoder, which users of Docker's clients know.</summary>
internal static class JsonMistake
{
    /// <summary>Whether anything but white space is left.</summary>
    public static bool HasRest(ReadOnlySpan<byte> rest) => !rest.Trim(" \t\r\n"u8).IsEmpty;

    /// <summary>Why the text is no JSON: <c>unexpected EOF</c>, <c>invalid character 'x' …</c>.</summary>
    public static string DescribeSyntax(ReadOnlySpan<byte> json)
    {
        // Without the final block, a text that is merely cut short reads without a mistake.
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                {
                    break;
                }
            }

            return "unexpected EOF";
        }
        catch (JsonException)
        {
            var rest = json[(int)reader.BytesConsumed..].TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty || Rune.DecodeFromUtf8(rest, out var rune, out _) != System.Buffers.OperationStatus.Done)
            {
                return "unexpected EOF";
            }

            return $"invalid character '{rune}' looking for beginning of value";
        }
    }

    /// <summary>Which member has a value of another type than it should have.</summary>
    /// <param name="json">The text, known to be JSON.</param>
    /// <param name="path">Where the generated reader stopped, as <c>$.HostConfig.Memory</c>.</param>
    public static string Describe(ReadOnlyMemory<byte> json, string? path, JsonTypeInfo root)
    {
        using var document = JsonDocument.Parse(json);
        var names = (path ?? "$").Split('.', StringSplitOptions.RemoveEmptyEntries)[1..];
        var element = document.RootElement;
        Type? type = root.Type;
        foreach (var name in names)
        {
            var member = name.Split('[', 2)[0];
            type = MemberType(root.Options, type, member);
            element = Member(element, member);
            if (name.Contains('[', StringComparison.Ordinal) && element.ValueKind == JsonValueKind.Array)
            {
                type = type is null ? null : ItemType(root.Options, type);
                element = element.EnumerateArray().FirstOrDefault(i => !Fits(i, type), element);
            }
        }

        var where = names.Length == 0 ? "Go value" : $"Go struct field {root.Type.Name}.{string.Join('.', names)}";
        return $"json: cannot unmarshal {Kind(element)} into {where} of type {GoType(type)}";
    }

    private static JsonElement Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return element;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return element;
    }

    private static Type? MemberType(JsonSerializerOptions options, Type? owner, string name)
    {
        if (owner is null || !options.TryGetTypeInfo(owner, out var info))
        {
            return null;
        }

        return info.Kind == JsonTypeInfoKind.Dictionary
            ? info.ElementType
            : info.Properties.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.PropertyType;
    }

    private static Type? ItemType(JsonSerializerOptions options, Type list) => options.TryGetTypeInfo(list, out var info) ? info.ElementType : null;

    private static bool Fits(JsonElement item, Type? type) => item.ValueKind switch
    {
        JsonValueKind.String => type == typeof(string),
        JsonValueKind.Number => type is not null && GoType(type).StartsWith("int", StringComparison.Ordinal),
        _ => false,
    };

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number when element.TryGetInt64(out _) => "number",
        JsonValueKind.Number => "number " + element.GetRawText(),
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "null",
    };

    private static string GoType(Type? type)
    {
        type = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            null => "value",
            _ when type == typeof(string) => "string",
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(int) => "int",
            _ when type == typeof(long) => "int64",
            _ when type == typeof(uint) => "uint32",
            _ when type == typeof(ulong) => "uint64",
            _ when type == typeof(double) => "float64",
            _ when type.IsAssignableTo(typeof(System.Collections.IDictionary)) && type.GenericTypeArguments is [_, var value] => "map[string]" + GoType(value),
            _ when type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "[]string",
            _ => type.Name,
        };
    }
}
