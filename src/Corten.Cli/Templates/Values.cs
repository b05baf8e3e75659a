using System.Collections;
using System.Globalization;
using System.Text;

namespace Corten.Cli.Templates;

/// <summary>
/// What template values are and how they behave: null, bool, long, double, string, <see cref="JsonValue"/>, <see cref="Row"/>, arrays
/// (lists) and dictionaries by string (maps).
/// </summary>
internal static class Values
{
    /// <summary>Go's truth: everything but zero, the empty, and nil.</summary>
    public static bool Truth(object? value) => value switch
    {
        null or NilPointer => false,
        bool flag => flag,
        long number => number != 0,
        double real => real != 0,
        string text => text.Length > 0,
        JsonValue { IsList: true } list => list.Element.GetArrayLength() > 0,
        JsonValue { IsMap: true } map => map.Element.EnumerateObject().Any(),
        ICollection collection => collection.Count > 0,
        _ => true,
    };

    /// <summary>The elements of a list, or null if it is none.</summary>
    public static IReadOnlyList<object?>? AsList(object? value) => value switch
    {
        JsonValue { IsList: true } list => [.. list.Items()],
        object?[] array => array,
        _ => null,
    };

    /// <summary>The pairs of a map, by key, or null if it is none.</summary>
    public static IEnumerable<KeyValuePair<string, object?>>? AsMap(object? value) => value switch
    {
        JsonValue { IsList: false } json when json.IsMap || json.TypeName is null or "map[string]string" => json.Members().OrderBy(static pair => pair.Key, StringComparer.Ordinal),
        SortedDictionary<string, object?> map => map,
        _ => null,
    };

    /// <summary>Go's <c>%v</c>.</summary>
    public static string Print(object? value) => value switch
    {
        null or NilPointer => "<nil>",
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double real => Real(real),
        JsonValue { IsList: false, IsMap: false } json => $"{{{string.Join(' ', json.Members().Select(static member => Print(member.Value)))}}}",
        Row => "{}",
        _ when AsList(value) is { } list => $"[{string.Join(' ', list.Select(Print))}]",
        _ when AsMap(value) is { } map => $"map[{string.Join(' ', map.Select(static pair => $"{pair.Key}:{Print(pair.Value)}"))}]",
        _ => "",
    };

    public static string TypeName(object? value) => value switch
    {
        null => "<nil>",
        bool => "bool",
        long => "int",
        double => "float64",
        string => "string",
        Row row => row.TypeName,
        JsonValue { TypeName: { } type } => type,
        _ when AsList(value) is not null => "[]interface {}",
        _ => "map[string]interface {}",
    };

    /// <summary>Go's shortest form of a floating-point number.</summary>
    public static string Real(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E');
        if (at < 0)
        {
            return text;
        }
        var exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is >= -4 and < 21 ? ((decimal)value).ToString(CultureInfo.InvariantCulture)
            : $"{text[..at]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>The value as JSON, as Go's encoder without HTML escapes writes it.</summary>
    public static string Json(object? value)
    {
        var buffer = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer, Output.Json.WriterOptions))
        {
            WriteJson(writer, value);
        }
        var text = Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        return value is Row ? EscapeHtml(text) : text;
    }

    /// <summary>A row is written by Go's default encoder, which escapes what HTML would take for markup. These characters stand in strings only.</summary>
    private static string EscapeHtml(string json) => json.AsSpan().ContainsAny("<>&")
        ? json.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal)
        : json;

    private static void WriteJson(System.Text.Json.Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null or NilPointer: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case long number: writer.WriteNumberValue(number); break;
            case double real: writer.WriteNumberValue(real); break;
            case string text: writer.WriteStringValue(text); break;
            case JsonValue json: json.Element.WriteTo(writer); break;
            case Row row:
                writer.WriteStartObject();
                foreach (var column in row.KeepsOrder ? (IEnumerable<Column>)row.Columns : row.Columns.OrderBy(static column => column.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(column.Name);
                    WriteJson(writer, row.Value(column.Name));
                }
                writer.WriteEndObject();
                break;
            case object?[] list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    WriteJson(writer, item);
                }
                writer.WriteEndArray();
                break;
            case SortedDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WritePropertyName(key);
                    WriteJson(writer, item);
                }
                writer.WriteEndObject();
                break;
        }
    }
}
