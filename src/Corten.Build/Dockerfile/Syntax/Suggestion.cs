namespace Corten.Build.Dockerfile.Syntax;

/// <summary>The word that was probably meant: the nearest of the known ones by edit distance, if it is near enough.</summary>
public static class Suggestion
{
    private const int MaxDistance = 2;

    /// <summary>Words that are tried: who has more of them does not mistype one, but means to keep us busy.</summary>
    private const int MaxTried = 1000;

    /// <summary>The nearest of <paramref name="known"/>, or null if none is near or the word itself is known.</summary>
    public static string? Find(string word, IEnumerable<string> known, bool caseSensitive = true)
    {
        var wanted = caseSensitive ? word : word.ToLowerInvariant();
        var (best, nearest) = (null as string, MaxDistance + 1);
        foreach (var candidate in known.Take(MaxTried))
        {
            var compared = caseSensitive ? candidate : candidate.ToLowerInvariant();
            if (compared == wanted)
            {
                return null;
            }

            var distance = Distance(wanted, compared);
            // Of instructions at the same distance the stock front end takes any; the first letter is seldom wrong.
            if (distance < nearest || (distance == nearest && best is not null && !caseSensitive && Start(compared) == Start(wanted) && Start(best) != Start(wanted)))
            {
                (best, nearest) = (candidate, distance);
            }
        }

        return best is null || caseSensitive ? best
            : word == word.ToLowerInvariant() ? best.ToLowerInvariant()
            : word == word.ToUpperInvariant() ? best.ToUpperInvariant()
            : best;
    }

    /// <summary>The message with <c>(did you mean x?)</c> appended when there is a near word.</summary>
    public static string Append(string message, string word, IEnumerable<string> known, bool caseSensitive = true) =>
        Find(word, known, caseSensitive) is { } near ? $"{message} (did you mean {near}?)" : message;

    private static char? Start(string word) => word.Length == 0 ? null : char.ToLowerInvariant(word[0]);

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxDistance)
        {
            return MaxDistance + 1;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
