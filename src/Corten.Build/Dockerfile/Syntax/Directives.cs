using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Syntax;

/// <summary>
/// Parser directives: comments of the form <c># name=value</c> at the very top. The search ends at the first line that is none; a name may
/// be given once.
/// </summary>
internal sealed partial class Directives
{
    private readonly Dictionary<string, Directive> _found = [];
    private bool _ended;

    public IReadOnlyDictionary<string, Directive> Found => _found;

    /// <summary>True if <paramref name="line"/> (trimmed) is a directive, which it then remembers.</summary>
    public bool TryRead(string line, int number)
    {
        if (_ended || (number == 1 && line.StartsWith("#!", StringComparison.Ordinal)))
        {
            return false;
        }

        if (Match(line, "#") is not { } directive)
        {
            _ended = true;
            return false;
        }

        return _found.TryAdd(directive.Name, directive with { Line = number }) ? true
            : throw new DockerfileException($"only one {directive.Name} parser directive can be used", SourceRange.Line(number));
    }

    /// <summary>The directive in a comment's text (without <c>#</c>), as allowed directly above an instruction.</summary>
    public static Directive? InComment(string text) => Match(text, "");

    private static Directive? Match(string line, string prefix)
    {
        if (!line.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var match = Pattern().Match(line[prefix.Length..].TrimStart());
        return match.Success && match.Groups[1].Value.ToLowerInvariant() is var name and ("syntax" or "escape" or "check")
            ? new Directive(name, match.Groups[2].Value, 0)
            : null;
    }

    /// <summary>The escape character that the directive asks for; a backslash without one.</summary>
    public char EscapeCharacter() =>
        !_found.TryGetValue("escape", out var directive) ? '\\'
        : directive.Value is "\\" or "`" ? directive.Value[0]
        : throw new DockerfileException($"invalid escape token '{directive.Value}' does not match ` or \\", SourceRange.Line(directive.Line));

    [GeneratedRegex(@"^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$")]
    private static partial Regex Pattern();
}

/// <summary>One directive: its lower-case name, its value and the line it stands on.</summary>
public sealed record Directive(string Name, string Value, int Line);
