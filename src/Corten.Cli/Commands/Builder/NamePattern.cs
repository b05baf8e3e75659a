namespace Corten.Cli.Commands.Builder;

/// <summary>A pattern for one name of a path: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a-z]</c>, and a backslash that takes the next letter as it is (Go's filepath.Match).</summary>
internal static class NamePattern
{
    /// <summary>There is something in it that is not taken as it is.</summary>
    public static bool IsOne(string name) => name.AsSpan().IndexOfAny("*?[\\") >= 0;

    /// <summary>A pattern that is not well formed matches only itself.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        // Only the last star need ever take more: what those before it took is a match of what is between them.
        var (afterStar, starText) = (-1, 0);
        var (at, i) = (0, 0);
        while (i < text.Length || at < pattern.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (afterStar, starText) = (++at, i);
                continue;
            }
            if (i < text.Length && at < pattern.Length && MatchesOne(pattern[at..], text[i], out var taken))
            {
                (at, i) = (at + taken, i + 1);
                continue;
            }
            if (afterStar < 0 || starText == text.Length)
            {
                return false;
            }
            (at, i) = (afterStar, ++starText);
        }
        return true;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, char c, out int taken)
    {
        taken = 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '[' when TryReadSet(pattern, c, out var inSet, out taken):
                return inSet;
            case '\\' when pattern.Length > 1:
                taken = 2;
                return c == pattern[1];
            default:
                taken = 1;
                return c == pattern[0];
        }
    }

    /// <summary>False if there is no closing bracket.</summary>
    private static bool TryReadSet(ReadOnlySpan<char> pattern, char c, out bool inSet, out int taken)
    {
        inSet = false;
        var at = 1;
        var negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        for (var first = at; at < pattern.Length; first = -1)
        {
            if (pattern[at] == ']' && at != first)
            {
                (inSet, taken) = (inSet != negated, at + 1);
                return true;
            }
            if (!TryReadLetter(pattern, ref at, out var from))
            {
                break;
            }
            var to = from;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                if (!TryReadLetter(pattern, ref at, out to))
                {
                    break;
                }
            }
            inSet |= c >= from && c <= to;
        }
        taken = 0;
        return false;
    }

    private static bool TryReadLetter(ReadOnlySpan<char> pattern, ref int at, out char letter)
    {
        at += pattern[at] == '\\' ? 1 : 0;
        letter = at < pattern.Length ? pattern[at] : '\0';
        return at++ < pattern.Length;
    }
}
