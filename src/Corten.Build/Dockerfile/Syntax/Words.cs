using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Corten.Build.Dockerfile.Syntax;

/// <summary>How the rest of an instruction is cut into words: by blanks, by shell quoting, or as a JSON array.</summary>
internal static partial class Words
{
    /// <summary>Cut at runs of blanks; quotes mean nothing.</summary>
    public static IReadOnlyList<string> ByBlanks(string rest) => rest.Length == 0 ? [] : Blanks().Split(rest);

    /// <summary>The first word and all that follows it; null if there is only one.</summary>
    public static (string First, string Remainder)? FirstByBlanks(string rest)
    {
        var parts = Blanks().Split(rest, 2);
        return parts.Length == 2 ? (parts[0], parts[1]) : null;
    }

    /// <summary>
    /// Cut at blanks outside quotes. Quotes and escapes stay in the words: expansion removes them later. An escape character at the very end
    /// is dropped.
    /// </summary>
    public static IReadOnlyList<string> Quoted(string rest, char escape)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, open) = ('\0', false);
        for (var at = 0; at < rest.Length; at++)
        {
            var c = rest[at];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                Close();
                continue;
            }

            if (c == escape && quote != '\'')
            {
                if (at + 1 == rest.Length)
                {
                    break;
                }

                open = true;
                word.Append(c).Append(rest[++at]);
                continue;
            }

            quote = quote == '\0' ? (c is '\'' or '"' ? c : '\0') : (c == quote ? '\0' : quote);
            open = true;
            word.Append(c);
        }

        Close();
        return words;

        void Close()
        {
            if (open && word.Length > 0)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            open = false;
        }
    }

    /// <summary>
    /// The strings of a JSON array; null if <paramref name="rest"/> is none, in which case it is the shell form. An array that holds
    /// something other than strings is a mistake.
    /// </summary>
    public static IReadOnlyList<string>? TryJsonArray(string rest, SourceRange range)
    {
        var text = rest.TrimStart();
        if (!text.StartsWith('['))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String)
                ? throw new DockerfileException("when using JSON array syntax, arrays must be comprised of strings only", range) { IsOfSyntax = true }
                : [.. json.RootElement.EnumerateArray().Select(e => e.GetString()!)];
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair (RFC 8259, 8.2).
            throw new DockerfileException($"a JSON string that is not Unicode text: {text}", range, e);
        }
        catch (JsonException)
        {
            // Not JSON after all: `[ -f x ] && y` is a shell command.
            return null;
        }
    }

    [GeneratedRegex(@"[\t\v\f\r ]+")]
    private static partial Regex Blanks();
}
