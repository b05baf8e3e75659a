using System.Text.RegularExpressions;
using Corten.Build.Dockerfile.Expansion;

namespace Corten.Build.Dockerfile.Syntax;

/// <summary>A here-document, <c>[fd]&lt;&lt;[-]WORD</c>; its body is what follows up to a line that is the word alone.</summary>
/// <param name="Name">The terminating word, quotes removed.</param>
/// <param name="Expand">False if the word was quoted: variables in the body stay as they are.</param>
/// <param name="StripTabs">True for <c>&lt;&lt;-</c>: leading tabs of the body and of the terminator do not count.</param>
/// <param name="Content">The body, with its line ends.</param>
public sealed partial record Heredoc(string Name, bool Expand, bool StripTabs, string Content)
{
    /// <summary>The body with leading tabs removed if the document asks for it.</summary>
    public string Body => StripTabs ? LeadingTabs().Replace(Content, "") : Content;

    /// <summary>The here-document that one word of an instruction opens, or null.</summary>
    public static Heredoc? Parse(string word)
    {
        var match = Opening().Match(word);
        if (!match.Success || match.Groups[3].Length == 0)
        {
            return null;
        }

        var rest = match.Groups[3].Value;
        var plain = new VariableExpander('\\') { KeepUnset = true }.Words(rest, NoVariables.Instance);
        if (plain.Count != 1)
        {
            return null;
        }

        // Compared with the same word read with its quotes kept: fewer quotes mean that some part was quoted.
        var raw = new VariableExpander('\\') { KeepUnset = true, KeepQuotes = true }.Words(rest, NoVariables.Instance);
        return new Heredoc(plain[0], Quotes(plain[0]) == Quotes(raw[0]), match.Groups[2].Length > 0, "");
    }

    /// <summary>The here-documents that a line opens, in order.</summary>
    public static IReadOnlyList<Heredoc> InLine(string line)
    {
        if (!line.Contains("<<", StringComparison.Ordinal))
        {
            return [];
        }

        var lexer = new VariableExpander('\\') { KeepUnset = true, KeepQuotes = true, KeepEscapes = true };
        return lexer.TryWords(line, NoVariables.Instance, out var words) ? [.. words.Select(Parse).OfType<Heredoc>()] : [];
    }

    private static int Quotes(string word) => word.Count(c => c is '\'' or '"');

    [GeneratedRegex(@"^(\d*)<<(-?)\s*([^<]*)$")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^\t+", RegexOptions.Multiline)]
    private static partial Regex LeadingTabs();
}
