using System.Globalization;
using System.Text;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Syntax;

namespace Corten.Build.Dockerfile.Instructions;

public enum RunMountType
{
    Bind,
    Cache,
    Tmpfs,
    Secret,
    Ssh,
}

public enum CacheSharing
{
    Shared,
    Private,
    Locked,
}

/// <summary>One <c>RUN --mount</c> (Dockerfile reference, "RUN --mount"). Defaults that depend on the stage are not filled in here.</summary>
public sealed record RunMount
{
    public RunMountType Type { get; init; } = RunMountType.Bind;

    public string From { get; init; } = "";

    public string Source { get; init; } = "";

    public string Target { get; init; } = "";

    public bool ReadOnly { get; init; }

    /// <summary>Bytes of a tmpfs; 0 for no limit.</summary>
    public long Size { get; init; }

    /// <summary>Identity of a cache, a secret or an ssh agent.</summary>
    public string Id { get; init; } = "";

    public CacheSharing? Sharing { get; init; }

    /// <summary>A secret or an agent that is missing fails the build.</summary>
    public bool Required { get; init; }

    /// <summary>The variable that takes a secret's value; empty for the default name, null for none.</summary>
    public string? Env { get; init; }

    public uint? Mode { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }

    private static readonly string[] Types = ["bind", "cache", "tmpfs", "secret", "ssh"];
    private static readonly string[] Sharings = ["shared", "private", "locked"];
    private static readonly string[] Keys =
    [
        "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid", "src", "dst", "destination", "ro",
        "rw", "readwrite", "env",
    ];

    /// <summary>What can be checked before variables are known: the list's form, and that <c>from</c> holds no variable.</summary>
    public static void CheckSyntax(string text, SourceRange range)
    {
        foreach (var field in CommaFields(text, range))
        {
            var equals = field.IndexOf('=');
            if (equals < 0 || !field[..equals].Equals("from", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var dollar = field.IndexOf('$');
            if (dollar >= 0 && dollar != field.Length - 1)
            {
                throw new DockerfileException("'from' doesn't support variable expansion, define alias stage instead", range);
            }
        }
    }

    /// <summary>Parses a mount, its values expanded by <paramref name="expand"/>.</summary>
    public static RunMount Parse(string text, SourceRange range, Func<string, string> expand)
    {
        var mount = new RunMount();
        bool? readOnly = null;
        foreach (var field in CommaFields(text, range))
        {
            var equals = field.IndexOf('=');
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            var value = equals < 0 ? null : expand(field[(equals + 1)..]);
            switch (key)
            {
                case "readonly" or "ro":
                    readOnly = value is null || Boolean(key, value, range);
                    break;
                case "readwrite" or "rw":
                    readOnly = !(value is null || Boolean(key, value, range));
                    break;
                case "required":
                    mount = mount.Type is RunMountType.Secret or RunMountType.Ssh
                        ? mount with { Required = value is null || Boolean(key, value, range) }
                        : throw Unexpected(key, mount, range);
                    break;
                default:
                    mount = mount.With(key, value ?? throw new DockerfileException($"invalid field '{field}' must be a key=value pair", range), field, range);
                    break;
            }
        }

        mount.Validate(range);
        return mount with { ReadOnly = readOnly ?? mount.Type is not (RunMountType.Cache or RunMountType.Tmpfs) };
    }

    private RunMount With(string key, string value, string field, SourceRange range) => key switch
    {
        "type" => this with { Type = (RunMountType)Choice("unsupported mount type", value, Types, range) },
        "from" => this with { From = value },
        "source" or "src" => this with { Source = value },
        "target" or "dst" or "destination" => this with { Target = value },
        "size" => Type == RunMountType.Tmpfs ? this with { Size = Bytes(key, value, range) } : throw Unexpected(key, this, range),
        "id" => this with { Id = value },
        "sharing" => this with { Sharing = (CacheSharing)Choice("unsupported sharing value", value, Sharings, range) },
        "mode" => this with { Mode = Octal(value, range) },
        "uid" => this with { Uid = Number(key, value, range) },
        "gid" => this with { Gid = Number(key, value, range) },
        "env" => this with { Env = value },
        _ => throw new DockerfileException(Suggestion.Append($"unexpected key '{key}' in '{field}'", key, Keys), range),
    };

    private void Validate(SourceRange range)
    {
        var name = Types[(int)Type];
        if (Type is not (RunMountType.Secret or RunMountType.Ssh or RunMountType.Cache)
            && (Mode is not null ? "mode" : Uid is not null ? "uid" : Gid is not null ? "gid" : null) is { } refused)
        {
            throw new DockerfileException($"{refused} not allowed for \"{name}\" type mounts", range);
        }

        var problem = Type == RunMountType.Secret
            ? From.Length > 0 ? "secret mount should not have a from"
            : Sharing is not null ? "secret mount should not define sharing"
            : Source.Length == 0 && Target.Length == 0 && Id.Length == 0 ? "invalid secret mount. one of source, target required"
            : Source.Length > 0 && Id.Length > 0 ? "both source and id can't be set"
            : null
            : Sharing is not null && Type != RunMountType.Cache ? $"invalid cache sharing set for {name} mount" : null;
        if (problem is not null)
        {
            throw new DockerfileException(problem, range);
        }
    }

    private static DockerfileException Unexpected(string key, RunMount mount, SourceRange range) =>
        new($"unexpected key '{key}' for mount type '{Types[(int)mount.Type]}'", range);

    private static int Choice(string problem, string value, string[] choices, SourceRange range)
    {
        var index = Array.IndexOf(choices, value.ToLowerInvariant());
        return index >= 0 ? index
            : throw new DockerfileException(Suggestion.Append($"{problem} {GoText.Quote(value)}", value, choices), range);
    }

    private static bool Boolean(string key, string value, SourceRange range) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new DockerfileException($"invalid value for {key}: {value}", range),
    };

    private static uint Octal(string value, SourceRange range)
    {
        try
        {
            return Convert.ToUInt32(value, 8);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new DockerfileException($"invalid value {value} for mode", range);
        }
    }

    private static uint Number(string key, string value, SourceRange range) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new DockerfileException($"invalid value {value} for {key}", range);

    /// <summary>A size with an optional binary unit: <c>64m</c>, <c>1GiB</c>, <c>512kb</c>.</summary>
    private static long Bytes(string key, string value, SourceRange range)
    {
        var digits = value.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = value[digits..].Trim().ToLowerInvariant().TrimEnd('b').TrimEnd('i');
        var power = unit is "" ? 0 : "kmgtp".IndexOf(unit, StringComparison.Ordinal) + 1;
        return decimal.TryParse(value.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && (unit.Length == 0 || (unit.Length == 1 && power > 0)) && number < 1_000_000_000
                ? (long)(number * (1L << (10 * power)))
                : throw new DockerfileException($"invalid value for {key}: {value}", range);
    }

    /// <summary>One record of comma-separated values; a field that begins with a quote ends at the closing one, doubled quotes stand for one.</summary>
    private static List<string> CommaFields(string text, SourceRange range)
    {
        var fields = new List<string>();
        for (var at = 0; ;)
        {
            if (at < text.Length && text[at] == '"')
            {
                var field = new StringBuilder();
                for (at++; ; at++)
                {
                    if (at >= text.Length)
                    {
                        throw new DockerfileException("failed to parse csv mounts: extraneous or missing \" in quoted-field", range);
                    }

                    if (text[at] == '"' && (at + 1 == text.Length || text[at + 1] != '"'))
                    {
                        break;
                    }

                    at += text[at] == '"' ? 1 : 0;
                    field.Append(text[at]);
                }

                fields.Add(field.ToString());
                at++;
                if (at < text.Length && text[at] != ',')
                {
                    throw new DockerfileException("failed to parse csv mounts: extraneous or missing \" in quoted-field", range);
                }
            }
            else
            {
                var end = text.IndexOf(',', at) is var comma && comma < 0 ? text.Length : comma;
                fields.Add(text[at..end]);
                at = end;
            }

            if (at >= text.Length)
            {
                return fields;
            }

            at++;
        }
    }
}
