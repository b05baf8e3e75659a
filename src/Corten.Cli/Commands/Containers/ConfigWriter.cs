using System.Text.Json;

namespace Corten.Cli.Commands.Containers;

/// <summary>Writes the shapes that requests share: lists and maps, empty or null as Docker's client has them.</summary>
internal static class ConfigWriter
{
    public static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStringValue(item);
        }
        writer.WriteEndArray();
    }

    /// <summary>Null when there is nothing in it.</summary>
    public static void WriteListOrNull(Utf8JsonWriter writer, string name, IReadOnlyCollection<string> items)
    {
        if (items.Count == 0)
        {
            writer.WriteNull(name);
        }
        else
        {
            WriteList(writer, name, items);
        }
    }

    public static void WriteMap(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            writer.WriteString(key, value);
        }
        writer.WriteEndObject();
    }

    /// <summary>Keys with empty objects: Go's set.</summary>
    public static void WriteSet(Utf8JsonWriter writer, string name, IEnumerable<string> keys)
    {
        writer.WriteStartObject(name);
        foreach (var key in keys)
        {
            writer.WriteStartObject(key);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    /// <summary><c>key=value</c> words as a map; a word without a value has the empty one. Sorted, and the last of a key wins.</summary>
    public static SortedDictionary<string, string> Map(IEnumerable<string> words)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var at = word.IndexOf('=');
            map[at < 0 ? word : word[..at]] = at < 0 ? "" : word[(at + 1)..];
        }
        return map;
    }
}
