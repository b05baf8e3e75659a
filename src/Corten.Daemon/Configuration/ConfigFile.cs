using System.Text.Json;
using Corten.Oci.Errors;

namespace Corten.Daemon.Configuration;

/// <summary>daemon.json: the same options as the flags, mostly by the same names. Nothing may be set in both places.</summary>
internal static class ConfigFile
{
    private const int MaxLength = 1 << 20;

    /// <summary>Applies the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="required">False for the default path, where there need not be one.</param>
    /// <param name="given">What the flags have set.</param>
    /// <exception cref="CortenException">It can't be read, is no JSON, has an unknown key, a wrong value, or one that a flag has set too.</exception>
    public static void Apply(string path, bool required, Dictionary<Option, List<string>> given, DaemonOptions options)
    {
        if (!File.Exists(path))
        {
            if (required)
            {
                throw Unable(path, $"open {path}: no such file or directory");
            }

            return;
        }

        if (new FileInfo(path).Length > MaxLength)
        {
            throw Unable(path, $"it is longer than {MaxLength} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw CortenException.Invalid("invalid JSON: an object is expected");
            }

            Apply(document.RootElement, given, options);
        }
        catch (JsonException e)
        {
            throw Unable(path, $"invalid JSON: line {e.LineNumber + 1}: no JSON at byte {e.BytePositionInLine}");
        }
        catch (Exception e) when (e is CortenException or IOException or UnauthorizedAccessException)
        {
            throw Unable(path, e.Message);
        }
    }

    private static void Apply(JsonElement root, Dictionary<Option, List<string>> given, DaemonOptions options)
    {
        var known = OptionTable.All.Where(o => o.Key is not null).ToDictionary(o => o.Key!);
        var unknown = root.EnumerateObject().Select(m => m.Name).Where(n => !known.ContainsKey(n)).Order(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            throw CortenException.Invalid($"the following directives don't match any configuration option: {string.Join(", ", unknown)}");
        }

        var twice = root.EnumerateObject().Where(m => given.ContainsKey(known[m.Name])).Select(m => Twice(m, given[known[m.Name]])).ToArray();
        if (twice.Length > 0)
        {
            throw CortenException.Invalid(
                "the following directives are specified both as a flag and in the configuration file: " + string.Join(", ", twice));
        }

        foreach (var member in root.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
        {
            Apply(known[member.Name], member.Value, options);
        }
    }

    private static void Apply(Option option, JsonElement value, DaemonOptions options)
    {
        if (option.Refused)
        {
            throw CortenException.Invalid($"{option.Key} is not supported: {option.Help}");
        }

        if (option.SetJson is { } set)
        {
            set(options, value);
            return;
        }

        foreach (var text in Texts(option, value))
        {
            try
            {
                option.Set(options, text);
            }
            catch (CortenException e)
            {
                throw CortenException.Invalid($"{option.Key}: {e.Message}", e);
            }
        }
    }

    /// <summary>The value as the flag would have it: each of an array, each name and value of an object.</summary>
    private static IEnumerable<string> Texts(Option option, JsonElement value) => (option, value.ValueKind) switch
    {
        ({ Repeats: true, ValueName: "map" }, JsonValueKind.Object) => value.EnumerateObject().Select(m => $"{m.Name}={Plain(m.Value, option)}"),
        ({ Repeats: true, ValueName: "list" }, JsonValueKind.Array) => value.EnumerateArray().Select(i => Plain(i, option)),
        ({ Repeats: false, IsBool: true }, JsonValueKind.True) => ["true"],
        ({ Repeats: false, IsBool: true }, JsonValueKind.False) => ["false"],
        ({ Repeats: false, ValueName: "int" }, JsonValueKind.Number) => [value.GetRawText()],
        ({ Repeats: false, ValueName: "string" or "bytes" }, JsonValueKind.String) => [value.GetString()!],
        _ => throw CortenException.Invalid(
            $"invalid JSON: json: cannot unmarshal {Kind(value)} into Go struct field Config.{option.Key} of type {GoType(option)}"),
    };

    private static string Plain(JsonElement value, Option option) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw CortenException.Invalid(
            $"invalid JSON: json: cannot unmarshal {Kind(value)} into Go struct field Config.{option.Key} of type string"),
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static string GoType(Option option) => option switch
    {
        { IsBool: true } => "bool",
        { ValueName: "int" } => "int",
        { ValueName: "map" } => "map[string]string",
        { Repeats: true } => "[]string",
        _ => "string",
    };

    private static string Twice(JsonProperty member, List<string> values) =>
        $"{member.Name}: (from flag: {(values.Count == 1 && member.Value.ValueKind != JsonValueKind.Array ? values[0] : $"[{string.Join(' ', values)}]")}, "
        + $"from file: {Shown(member.Value)})";

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(' ', value.EnumerateArray().Select(i => i.ToString()))}]",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToString(),
    };

    private static CortenException Unable(string path, string why) =>
        CortenException.Invalid($"unable to configure the daemon with file {path}: {why}");
}
