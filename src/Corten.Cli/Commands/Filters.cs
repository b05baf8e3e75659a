using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary>The conditions of lists and prunes, as the query parameter <c>filters</c>: <c>{"label":{"a=b":true}}</c>.</summary>
internal static class Filters
{
    /// <returns>Null when there are none.</returns>
    public static string? Of(Invocation call, params (string Key, string Value)[] more)
        => Encode(call.List("filter").Where(static word => word.Length > 0).Select(static word => word.Split('=', 2))
            .Select(static pair => (Key: pair[0].Trim().ToLowerInvariant(), Value: pair.Length > 1 ? pair[1].Trim() : "")).Concat(more));

    public static string? Encode(IEnumerable<(string Key, string Value)> pairs)
    {
        var map = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            if (!map.TryGetValue(key, out var values))
            {
                map[key] = values = new SortedSet<string>(StringComparer.Ordinal);
            }
            values.Add(value);
        }
        return map.Count == 0 ? null : Json.Compact(writer => Write(writer, map));
    }

    private static void Write(Utf8JsonWriter writer, SortedDictionary<string, SortedSet<string>> map)
    {
        writer.WriteStartObject();
        foreach (var (key, values) in map)
        {
            writer.WriteStartObject(key);
            foreach (var value in values)
            {
                writer.WriteBoolean(value, true);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
