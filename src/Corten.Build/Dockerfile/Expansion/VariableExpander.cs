using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>What an expansion gave, and which variables it asked for.</summary>
public sealed record Expansion(string Text, IReadOnlySet<string> Matched, IReadOnlySet<string> Unmatched);

/// <summary>
/// Quotes, escapes and variables of an instruction's words (Dockerfile reference, "Environment replacement"): <c>$v</c>, <c>${v}</c> and every
/// modifier. Results and nesting are bounded, since a Dockerfile may come from anyone.
/// </summary>
public sealed class VariableExpander(char escape)
{
    /// <summary>Characters that one expansion may give: doubling definitions otherwise fill the memory.</summary>
    public const int MaxLength = 8 << 20;

    /// <summary>How deep <c>${a:-${b:-…}}</c> may go.</summary>
    public const int MaxDepth = 100;

    /// <summary>Quotes stay in the result (they still delimit).</summary>
    public bool KeepQuotes { get; init; }

    /// <summary>Escape characters stay in the result (they still escape).</summary>
    public bool KeepEscapes { get; init; }

    /// <summary>Quotes are ordinary characters, as in the body of a here-document.</summary>
    public bool IgnoreQuotes { get; init; }

    /// <summary>Variables that are not set stay as they are written.</summary>
    public bool KeepUnset { get; init; }

    public Expansion Expand(string word, IVariables variables)
    {
        var run = new ExpansionScan(this, escape, word, variables);
        var text = run.Whole(out _);
        return new Expansion(text, run.Matched, run.Unmatched);
    }

    /// <summary>Expands and then cuts at blanks that are not quoted; blanks that come out of a variable cut as well.</summary>
    public IReadOnlyList<string> Words(string text, IVariables variables)
    {
        new ExpansionScan(this, escape, text, variables).Whole(out var words);
        return words;
    }

    /// <summary>As <see cref="Words"/>, for text whose quotes need not balance.</summary>
    internal bool TryWords(string text, IVariables variables, out IReadOnlyList<string> words)
    {
        try
        {
            words = Words(text, variables);
            return true;
        }
        catch (CortenException)
        {
            // An unbalanced quote: the shell will say so if it matters to it.
            words = [];
            return false;
        }
    }
}
