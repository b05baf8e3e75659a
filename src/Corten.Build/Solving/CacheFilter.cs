using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Build.Solving;

/// <summary>
/// Filters of <c>du</c> and <c>prune</c> as BuildKit's clients write them: selectors joined by commas, all of which must hold. A selector is a field
/// that must be there, or <c>field==value</c>, <c>field!=value</c>, <c>field~=expression</c>; values may be quoted. Several filters: one of them must hold.
/// </summary>
public sealed class CacheFilter
{
    private readonly IReadOnlyList<IReadOnlyList<Selector>> _alternatives;

    private CacheFilter(IReadOnlyList<IReadOnlyList<Selector>> alternatives) => _alternatives = alternatives;

    /// <exception cref="CortenException">A filter does not follow the grammar: the place and what was expected there.</exception>
    public static CacheFilter Parse(IEnumerable<string> filters) =>
        new([.. filters.Where(f => f.Length > 0).Select(f => new CacheFilterParser(f).Selectors())]);

    /// <param name="field">The value of a field; null where the record has none of that name.</param>
    public bool Matches(Func<string, string?> field) => _alternatives.Count == 0 || _alternatives.Any(all => all.All(s => s.Holds(field(s.Field))));

    internal enum Operator
    {
        Present,
        Equal,
        NotEqual,
        Matches,
    }

    internal sealed record Selector(string Field, Operator Operator, string Value, Regex? Expression)
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
