using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Corten.Daemon.Http;

/// <summary>Tells which member of a body has a value of another type than it should have, in the words of Go's decoder, which users of Docker's clients know.</summary>
internal static class JsonMistake
{
    /// <summary>Whether anything but white space is left.</summary>
    public static bool HasRest(ReadOnlySpan<byte> rest) => !rest.Trim(" \t\r\n"u8).IsEmpty;

    /// <param name="json">The text, known to be JSON.</param>
    /// <param name="root">What it should have been.</param>
    public static string Describe(ReadOnlyMemory<byte> json, JsonTypeInfo root)
    {
        using var document = JsonDocument.Parse(json);
        return Find(document.RootElement, root, new Place(root.Type, "", GoTypes.Of(root.Type), "Go value")) ?? "json: cannot unmarshal value into Go value of type " + GoTypes.Of(root.Type);
    }

    /// <param name="Root">The body's type.</param>
    /// <param name="Path">Names and numbers on the way, each behind a dot.</param>
    /// <param name="GoType">What should be there.</param>
    /// <param name="Words">How Go calls the place.</param>
    private sealed record Place(Type Root, string Path, string GoType, string Words)
    {
        public Place Member(string name, string goType) => Inner(name, goType, "Go struct field ");

        /// <summary>An item or an entry, which is no field of a struct.</summary>
        public Place Item(string key, string goType)
        {
            var inner = Inner(key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal), goType, "");
            // Of a map or list that is no member of anything, Go tells the entry alone.
            return Path.Length > 0 ? inner : inner with { Words = Root.Name.StartsWith("Dict", StringComparison.Ordinal) ? $"Go struct field {inner.Path}" : inner.Path };
        }

        private Place Inner(string name, string goType, string kind) => this with { Path = $"{Path}.{name}", GoType = goType, Words = $"{kind}{GoTypes.Struct(Root)}{Path}.{name}" };

        public string Mistake(JsonElement element) => $"json: cannot unmarshal {Kind(element, GoType)} into {Words} of type {GoType}";
    }

    private static string? Find(JsonElement element, JsonTypeInfo type, Place place) => (type.Kind, element.ValueKind) switch
    {
        (_, JsonValueKind.Null) => null,
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => FindMember(element, type, place),
        (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => element.EnumerateObject()
            .Select(entry => Find(entry.Value, type.Options.GetTypeInfo(type.ElementType!), place.Item(entry.Name, GoTypes.Of(type.ElementType)))).FirstOrDefault(mistake => mistake is not null),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => element.EnumerateArray()
            .Select((item, i) => Find(item, type.Options.GetTypeInfo(type.ElementType!), place.Item(i.ToString(CultureInfo.InvariantCulture), GoTypes.Of(type.ElementType)))).FirstOrDefault(mistake => mistake is not null),
        (JsonTypeInfoKind.None, _) => Fits(element, place.GoType) ? null : place.Mistake(element),
        _ => place.Mistake(element),
    };

    private static string? FindMember(JsonElement element, JsonTypeInfo type, Place place)
    {
        foreach (var member in element.EnumerateObject())
        {
            var property = type.Properties.FirstOrDefault(property => property.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase));
            if (property is null || member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            var mistake = property.CustomConverter is null
                ? Find(member.Value, type.Options.GetTypeInfo(property.PropertyType), place.Member(property.Name, GoTypes.OfMember(type.Type, property.Name, property.PropertyType)))
                : FindByConverter(member.Value);
            if (mistake is not null)
            {
                return mistake;
            }
        }

        return null;
    }

    /// <summary>A string, or a list of them; Go's own converter for these does not know where it is.</summary>
    private static string? FindByConverter(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => null,
        JsonValueKind.Array => element.EnumerateArray().Where(item => item.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            .Select(item => $"json: cannot unmarshal {Kind(item, "string")} into Go value of type string").FirstOrDefault(),
        _ => $"json: cannot unmarshal {Kind(element, "string")} into Go value of type string",
    };

    private static bool Fits(JsonElement element, string goType) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => goType == "bool",
        JsonValueKind.Number => goType switch
        {
            "int" or "int64" or "time.Duration" => element.TryGetInt64(out _),
            "uint16" => element.TryGetUInt16(out _),
            "uint32" => element.TryGetUInt32(out _),
            "uint64" => element.TryGetUInt64(out _),
            "float64" => true,
            _ => false,
        },
        JsonValueKind.String => !IsNumber(goType) && goType != "bool",
        _ => false,
    };

    private static bool IsNumber(string goType) => goType.StartsWith("int", StringComparison.Ordinal) || goType.StartsWith("uint", StringComparison.Ordinal) || goType is "float64" or "time.Duration";

    private static string Kind(JsonElement element, string goType) => element.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        // A number of the wrong kind is shown; where none belongs, it is not.
        JsonValueKind.Number => IsNumber(goType) ? "number " + element.GetRawText() : "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "null",
    };
}
