using System.Text.Json;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Changes;

/// <summary>
/// The <c>--change</c> options of import and commit: Dockerfile lines that set an image's defaults. Only the instructions that Docker takes
/// there, in its words for mistakes.
/// </summary>
public static class ImageChanges
{
    private static readonly string[] _instructions =
        ["CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

    /// <param name="config">What the changes are made to; it stays as it is.</param>
    /// <param name="changes">Each of one or several lines.</param>
    /// <exception cref="CortenException">InvalidArgument: what can't be set, or not like that.</exception>
    public static ContainerDefaults Apply(ContainerDefaults config, IEnumerable<string> changes)
    {
        foreach (var line in changes.SelectMany(c => c.Split('\n')).Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#')))
        {
            var end = line.AsSpan().IndexOfAny(' ', '\t');
            var instruction = (end < 0 ? line : line[..end]).ToUpperInvariant();
            if (!_instructions.Contains(instruction))
            {
                throw CortenException.Invalid($"{instruction} is not a valid change command");
            }

            config = Apply(config, instruction, end < 0 ? "" : line[end..].Trim());
        }

        return config;
    }

    private static ContainerDefaults Apply(ContainerDefaults config, string instruction, string rest)
    {
        var env = config.Env ?? [];
        switch (instruction)
        {
            case "CMD":
                return config with { Cmd = Command(rest), ArgsEscaped = null };
            case "ENTRYPOINT":
                return config with { Entrypoint = Command(rest) };
            case "ENV":
                return config with { Env = Pairs(instruction, rest, env).Aggregate(env, SetVariable) };
            case "LABEL":
                return config with { Labels = Merge(config.Labels, Pairs(instruction, rest, env)) };
            case "EXPOSE":
                return config with { ExposedPorts = Union(config.ExposedPorts, Words(instruction, rest, env).SelectMany(PortSpec.Expand)) };
            case "VOLUME":
                return config with { Volumes = Union(config.Volumes, Volumes(rest, env)) };
            case "USER":
                return config with { User = ChangeWords.Expand(One(instruction, rest), env) };
            case "WORKDIR":
                return config with { WorkingDir = Resolve(config.WorkingDir, ChangeWords.Expand(One(instruction, rest), env)) };
            case "STOPSIGNAL":
                return config with { StopSignal = SignalNames.Check(ChangeWords.Expand(One(instruction, rest), env)) };
            case "ONBUILD":
                return config with { OnBuild = [.. config.OnBuild ?? [], Trigger(rest)] };
            default:
                return config with { Healthcheck = HealthcheckChange.Parse(rest) };
        }
    }

    /// <summary>A JSON array of strings as it is, anything else for the shell; nothing for no command.</summary>
    internal static IReadOnlyList<string>? Command(string rest) => rest.Length == 0 ? null : JsonWords(rest) ?? ["/bin/sh", "-c", rest];

    internal static string[]? JsonWords(string rest)
    {
        if (!rest.StartsWith('['))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(rest);
            return document.RootElement.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
                ? document.RootElement.EnumerateArray().Select(e => e.GetString()!).ToArray()
                : null;
        }
        catch (JsonException)
        {
            // Not an array of strings after all, which makes it a command for the shell.
            return null;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string instruction, string rest, IReadOnlyList<string> env)
    {
        var words = ChangeWords.Split(Some(instruction, rest));
        if (!words[0].Contains('='))
        {
            // The old form, NAME and the rest of the line.
            var end = rest.AsSpan().IndexOfAny(' ', '\t');
            return end < 0 ? throw CortenException.Invalid($"{instruction} must have two arguments")
                : [new(ChangeWords.Expand(rest[..end], env), ChangeWords.Expand(rest[end..].Trim(), env))];
        }

        return words.Select(word =>
        {
            var equals = word.IndexOf('=');
            return equals < 0 ? throw CortenException.Invalid($"Syntax error - can't find = in \"{word}\". Must be of the form: name=value")
                : new KeyValuePair<string, string>(ChangeWords.Expand(word[..equals], env), ChangeWords.Expand(word[(equals + 1)..], env));
        }).ToList();
    }

    private static IReadOnlyList<string> SetVariable(IReadOnlyList<string> env, KeyValuePair<string, string> variable)
    {
        var prefix = variable.Key + "=";
        var entry = prefix + variable.Value;
        return env.Any(e => e.StartsWith(prefix, StringComparison.Ordinal))
            ? env.Select(e => e.StartsWith(prefix, StringComparison.Ordinal) ? entry : e).ToList()
            : [.. env, entry];
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string>? labels, IEnumerable<KeyValuePair<string, string>> more)
    {
        var merged = new Dictionary<string, string>(labels ?? [], StringComparer.Ordinal);
        foreach (var (name, value) in more)
        {
            merged[name] = value;
        }

        return merged;
    }

    private static Dictionary<string, EmptyObject> Union(Dictionary<string, EmptyObject>? members, IEnumerable<string> more)
    {
        var union = new Dictionary<string, EmptyObject>(members ?? [], StringComparer.Ordinal);
        foreach (var member in more)
        {
            union[member] = new EmptyObject();
        }

        return union;
    }

    private static IEnumerable<string> Volumes(string rest, IReadOnlyList<string> env)
    {
        var volumes = JsonWords(rest) ?? ChangeWords.Split(Some("VOLUME", rest)).Select(w => ChangeWords.Expand(w, env)).ToArray();
        return volumes.All(v => v.Trim().Length > 0) ? volumes : throw CortenException.Invalid("VOLUME specified can not be an empty string");
    }

    private static IEnumerable<string> Words(string instruction, string rest, IReadOnlyList<string> env) =>
        ChangeWords.Split(Some(instruction, rest)).Select(w => ChangeWords.Expand(w, env)).ToList();

    private static string Some(string instruction, string rest) =>
        rest.Length > 0 ? rest : throw CortenException.Invalid($"{instruction} requires at least one argument");

    private static string One(string instruction, string rest) =>
        rest.Length > 0 ? rest : throw CortenException.Invalid($"{instruction} requires exactly one argument");

    private static string Resolve(string? current, string path) =>
        Path.GetFullPath(path, string.IsNullOrEmpty(current) ? "/" : Path.GetFullPath(current, "/")) is var full && full.Length > 1 ? full.TrimEnd('/') : "/";

    private static string Trigger(string rest) =>
        Some("ONBUILD", rest).Split([' ', '\t'], 2)[0].ToUpperInvariant() switch
        {
            "ONBUILD" => throw CortenException.Invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
            "MAINTAINER" or "FROM" => throw CortenException.Invalid($"{rest.Split([' ', '\t'], 2)[0].ToUpperInvariant()} isn't allowed as an ONBUILD trigger"),
            _ => rest,
        };
}
