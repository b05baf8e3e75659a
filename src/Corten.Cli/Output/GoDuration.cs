using System.Globalization;
using System.Text;

namespace Corten.Cli.Output;

/// <summary>Durations in Go's notation (<c>1h2m3.5s</c>), in nanoseconds.</summary>
internal static class GoDuration
{
    private static readonly (string Name, decimal Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    public static bool TryParse(string text, out long nanoseconds) => Parse(text, out nanoseconds) is null;

    /// <returns>What is wrong, in the words of Go's <c>time.ParseDuration</c>; null for nothing.</returns>
    public static string? Parse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var invalid = $"time: invalid duration {GoQuote.Quote(text)}";
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }
        if (rest is "0")
        {
            return null;
        }
        if (rest.IsEmpty)
        {
            return invalid;
        }
        var sum = 0m;
        while (!rest.IsEmpty)
        {
            var number = rest.IndexOfAnyExcept("0123456789.");
            number = number < 0 ? rest.Length : number;
            if (number is 0 or > 24 || !decimal.TryParse(rest[..number], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return invalid;
            }
            rest = rest[number..];
            var length = rest.IndexOfAny("0123456789.");
            var name = length < 0 ? rest : rest[..length];
            if (name.IsEmpty)
            {
                return $"time: missing unit in duration {GoQuote.Quote(text)}";
            }
            decimal? unit = null;
            foreach (var candidate in Units)
            {
                if (name.SequenceEqual(candidate.Name))
                {
                    unit = candidate.Nanoseconds;
                }
            }
            if (unit is null)
            {
                return $"time: unknown unit {GoQuote.Quote(name.ToString())} in duration {GoQuote.Quote(text)}";
            }
            if (count > long.MaxValue / unit)
            {
                return invalid;
            }
            sum += count * unit.Value;
            rest = rest[name.Length..];
        }
        if (sum > long.MaxValue)
        {
            return invalid;
        }
        nanoseconds = (long)(negative ? -sum : sum);
        return null;
    }

    /// <summary>The notation that Go prints: <c>1m30s</c>, <c>1.5s</c>, <c>200ms</c>.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }
        var text = new StringBuilder(nanoseconds < 0 ? "-" : "");
        var left = Math.Abs((decimal)nanoseconds);
        if (left < 1_000_000_000)
        {
            var (unit, size) = left < 1_000 ? ("ns", 1m) : left < 1_000_000 ? ("µs", 1_000m) : ("ms", 1_000_000m);
            return text.Append(Plain(left / size)).Append(unit).ToString();
        }
        var hours = decimal.Floor(left / 3_600_000_000_000m);
        left -= hours * 3_600_000_000_000m;
        var minutes = decimal.Floor(left / 60_000_000_000m);
        left -= minutes * 60_000_000_000m;
        if (hours > 0)
        {
            text.Append(Plain(hours)).Append('h');
        }
        if (hours > 0 || minutes > 0)
        {
            text.Append(Plain(minutes)).Append('m');
        }
        return text.Append(Plain(left / 1_000_000_000m)).Append('s').ToString();

        static string Plain(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);
    }
}
