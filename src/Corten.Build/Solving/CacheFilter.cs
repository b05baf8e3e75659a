using System.Text;
using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Build.Solving;

/// <summary>
/// Filters of <c>du</c> and <c>prune</c> as BuildKit's clients write them: selectors joined by commas, all of which must hold. A selector is a field
/// that must be there, or <c>field==value</c>, <c>field!=value</c>, <c>field~=expression</c>; values may be quoted. Several filters: one of them must hold.
/// </summary>
public sealed class CacheFilter
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<IReadOnlyList<Selector>> _alternatives;

    private CacheFilter(IReadOnlyList<IReadOnlyList<Selector>> alternatives) => _alternatives = alternatives;

    /// <exception cref="CortenException">A filter does not follow the grammar.</exception>
    public static CacheFilter Parse(IEnumerable<string> filters) =>
        new([.. filters.Where(f => f.Length > 0).Select(f => (IReadOnlyList<Selector>)[.. Split(f).Select(part => SelectorOf(part, f))])]);

    /// <param name="field">The value of a field; null where the record has none of that name.</param>
    public bool Matches(Func<string, string?> field) => _alternatives.Count == 0 || _alternatives.Any(all => all.All(s => s.Holds(field(s.Field))));

    private static List<string> Split(string filter)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var quoted = false;
        foreach (var c in filter)
        {
            quoted ^= c == '"';
            if (c == ',' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
                continue;
            }

            part.Append(c);
        }

        parts.Add(part.ToString());
        return quoted ? throw Invalid(filter) : parts;
    }

    private static Selector SelectorOf(string text, string filter)
    {
        var at = text.IndexOfAny(['=', '!', '~']);
        if (at < 0)
        {
            return text.Length > 0 ? new Selector(text, Operator.Present, "", null) : throw Invalid(filter);
        }

        var field = text[..at];
        var sign = text.AsSpan(at);
        var kind = sign.StartsWith("==") ? Operator.Equal : sign.StartsWith("!=") ? Operator.NotEqual : sign.StartsWith("~=") ? Operator.Matches : throw Invalid(filter);
        var value = text[(at + 2)..];
        if (value.Length == 0)
        {
            // A script whose variable is empty must not mean everything.
            throw CortenException.Invalid($"filters: parse error: [{filter}]: expected value or quoted");
        }

        value = value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
        return field.Length == 0 ? throw Invalid(filter) : new Selector(field, kind, value, kind == Operator.Matches ? ExpressionOf(value, filter) : null);
    }

    private static Regex ExpressionOf(string value, string filter)
    {
        try
        {
            return new Regex(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchLimit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw CortenException.Invalid($"invalid filter {filter}: the expression can't be read", e);
        }
    }

    private static CortenException Invalid(string filter) => CortenException.Invalid($"invalid filter {filter}");

    private enum Operator
    {
        Present,
        Equal,
        NotEqual,
        Matches,
    }

    private sealed record Selector(string Field, Operator Operator, string Value, Regex? Expression)
    {
        public bool Holds(string? actual) => actual is not null && Operator switch
        {
            Operator.Equal => actual == Value,
            Operator.NotEqual => actual != Value,
            Operator.Matches => Expression!.IsMatch(actual),
            _ => true,
        };
    }
}
