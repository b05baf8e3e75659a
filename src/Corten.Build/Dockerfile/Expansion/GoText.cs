using System.Globalization;
using System.Text;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>Text as Go prints it: image histories and messages are made of it, and clients compare them.</summary>
public static class GoText
{
    /// <summary><c>%q</c> of a number: the character of that code point in single quotes.</summary>
    public static string QuoteRune(int value)
    {
        var rune = Rune.IsValid(value) ? new Rune(value) : Rune.ReplacementChar;
        return rune.Value switch
        {
            '\'' => "'\\''",
            '"' => "'\"'",
            _ => $"'{Quote(rune.ToString())[1..^1]}'",
        };
    }

    /// <summary><c>%q</c> of a string.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            text.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                < ' ' or 0x7f => $"\\x{rune.Value:x2}",
                _ when IsPrintable(rune) => rune.ToString(),
                <= 0xffff => $"\\u{rune.Value:x4}",
                _ => $"\\U{rune.Value:x8}",
            });
        }

        return text.Append('"').ToString();
    }

    /// <summary><c>%q</c> of a list.</summary>
    public static string Quote(IEnumerable<string> values) => $"[{string.Join(' ', values.Select(Quote))}]";

    /// <summary><c>%v</c> of a list.</summary>
    public static string List(IEnumerable<string> values) => $"[{string.Join(' ', values)}]";

    /// <summary>A duration of nanoseconds as Go's Duration prints it: <c>1m30s</c>, <c>1.5s</c>, <c>300ms</c>.</summary>
    public static string Duration(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        var sign = nanoseconds < 0 ? "-" : "";
        var value = Math.Abs((decimal)nanoseconds);
        if (value < 1_000_000_000)
        {
            var (unit, size) = value < 1_000 ? ("ns", 1m) : value < 1_000_000 ? ("µs", 1_000m) : ("ms", 1_000_000m);
            return sign + Number(value / size) + unit;
        }

        var seconds = value / 1_000_000_000;
        var hours = decimal.Truncate(seconds / 3600);
        var minutes = decimal.Truncate(seconds % 3600 / 60);
        return sign + (hours > 0 ? $"{hours}h" : "") + (hours > 0 || minutes > 0 ? $"{minutes}m" : "") + Number(seconds % 60) + "s";
    }

    /// <summary>Go's ParseDuration: a signed sequence of decimal numbers with units, in nanoseconds. Throws FormatException in Go's words.</summary>
    public static long ParseDuration(string text)
    {
        var (rest, negative) = (text, text.StartsWith('-'));
        rest = rest.TrimStart('-', '+') is var trimmed && rest.Length - trimmed.Length <= 1 ? trimmed : "";
        if (rest == "0")
        {
            return 0;
        }

        decimal total = rest.Length == 0 ? throw new FormatException($"time: invalid duration {Quote(text)}") : 0;
        while (rest.Length > 0)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var letters = rest.Skip(digits).TakeWhile(c => !char.IsAsciiDigit(c) && c != '.').Count();
            var unit = rest.Substring(digits, letters);
            if (!decimal.TryParse(rest.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                throw new FormatException($"time: invalid duration {Quote(text)}");
            }

            var scale = unit switch
            {
                "ns" => 1m,
                "us" or "µs" or "μs" => 1_000m,
                "ms" => 1_000_000m,
                "s" => 1_000_000_000m,
                "m" => 60_000_000_000m,
                "h" => 3_600_000_000_000m,
                "" => throw new FormatException($"time: missing unit in duration {Quote(text)}"),
                _ => throw new FormatException($"time: unknown unit {Quote(unit)} in duration {Quote(text)}"),
            };
            total += number <= long.MaxValue / scale ? number * scale : long.MaxValue;
            if (total > long.MaxValue - 1)
            {
                throw new FormatException($"time: invalid duration {Quote(text)}");
            }

            rest = rest[(digits + letters)..];
        }

        return (long)(negative ? -total : total);
    }

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator) && (rune.Value == ' ' || Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpaceSeparator);
}
