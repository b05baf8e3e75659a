using Corten.Build.Dockerfile.Syntax;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>The flags of one instruction, checked against those that it knows.</summary>
internal sealed class InstructionFlags
{
    private readonly Dictionary<string, List<string?>> _given = [];

    /// <param name="line">The instruction.</param>
    /// <param name="known">Names; <c>?</c> at the end marks a boolean, <c>*</c> one that may be repeated.</param>
    public InstructionFlags(LogicalLine line, params ReadOnlySpan<string> known)
    {
        var kinds = new Dictionary<string, char>();
        foreach (var name in known)
        {
            kinds[name.TrimEnd('?', '*')] = name[^1] is '?' or '*' ? name[^1] : ' ';
        }

        foreach (var flag in line.Flags)
        {
            var equals = flag.IndexOf('=');
            var (name, value) = equals < 0 ? (flag, null as string) : (flag[..equals], flag[(equals + 1)..]);
            if (!kinds.TryGetValue(name[2..], out var kind))
            {
                throw new DockerfileException(Suggestion.Append($"unknown flag: {name}", name[2..], kinds.Keys), line.Range);
            }

            Check(name, value, kind, line.Range);
            var values = _given.TryGetValue(name[2..], out var earlier) ? earlier : _given[name[2..]] = [];
            if (values.Count > 0 && kind != '*')
            {
                throw new DockerfileException($"duplicate flag specified: {name}", line.Range);
            }

            values.Add(value);
        }
    }

    public string? Text(string name) => _given.TryGetValue(name, out var values) ? values[0] : null;

    public IReadOnlyList<string> All(string name) => _given.TryGetValue(name, out var values) ? [.. values.Select(v => v!)] : [];

    /// <summary>Null when the flag is not there.</summary>
    public bool? Switch(string name) =>
        _given.TryGetValue(name, out var values) ? values[0] is null || values[0]!.Equals("true", StringComparison.OrdinalIgnoreCase) : null;

    private static void Check(string name, string? value, char kind, SourceRange range)
    {
        if (kind == '?' ? value == "" : value is null)
        {
            throw new DockerfileException($"missing a value on flag: {name}", range);
        }

        if (kind == '?' && value?.ToLowerInvariant() is not (null or "true" or "false"))
        {
            throw new DockerfileException($"expecting boolean value for flag {name}, not: {value}", range);
        }
    }
}
