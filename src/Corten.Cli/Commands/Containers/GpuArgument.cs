using System.Text.Json;
using Corten.Cli.Grammar;

namespace Corten.Cli.Commands.Containers;

/// <summary>One <c>--gpus</c>: <c>all</c>, a number, or <c>device=…,capabilities=…</c>.</summary>
internal sealed class GpuArgument
{
    private string driver = "";
    private long count;
    private readonly List<string> devices = [];
    private readonly SortedSet<string> capabilities = new(StringComparer.Ordinal) { "gpu" };
    private readonly SortedDictionary<string, string> options = new(StringComparer.Ordinal);

    public static string? Check(string value) => Parse(value, out _);

    public static string? Parse(string value, out GpuArgument request)
    {
        request = new GpuArgument();
        var fields = Csv.Split(value);
        if (fields is null)
        {
            return "parse error: bare \" in non-quoted-field";
        }
        var counted = false;
        var seen = new HashSet<string>();
        foreach (var field in fields)
        {
            var pair = field.Split('=', 2);
            var (key, given) = pair.Length == 1 ? ("count", pair[0]) : (pair[0], pair[1]);
            if (!seen.Add(key))
            {
                return $"gpu request key '{key}' can be specified only once";
            }
            switch (key)
            {
                case "count":
                    counted = true;
                    if (given == "all")
                    {
                        request.count = -1;
                    }
                    else if (OptionCheck.Number(given) is { } number)
                    {
                        request.count = number;
                    }
                    else
                    {
                        return $"invalid count ({given}): value must be either \"all\" or an integer: invalid syntax";
                    }
                    break;
                case "driver": request.driver = given; break;
                case "device": request.devices.AddRange(given.Split(',')); break;
                case "capabilities": request.capabilities.UnionWith(given.Split(',')); break;
                case "options":
                    foreach (var option in given.Split(','))
                    {
                        var entry = option.Split('=', 2);
                        request.options[entry[0]] = entry.Length > 1 ? entry[1] : "";
                    }
                    break;
                default:
                    return $"unexpected key '{key}' in '{field}'";
            }
        }
        if (!counted && request.devices.Count == 0)
        {
            request.count = 1;
        }
        return null;
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("Driver", driver);
        writer.WriteNumber("Count", count);
        ConfigWriter.WriteListOrNull(writer, "DeviceIDs", devices);
        writer.WriteStartArray("Capabilities");
        writer.WriteStartArray();
        foreach (var capability in capabilities)
        {
            writer.WriteStringValue(capability);
        }
        writer.WriteEndArray();
        writer.WriteEndArray();
        ConfigWriter.WriteMap(writer, "Options", options);
        writer.WriteEndObject();
    }
}
