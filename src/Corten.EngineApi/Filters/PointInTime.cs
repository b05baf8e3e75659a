using System.Globalization;
using System.Text.RegularExpressions;

namespace Corten.EngineApi.Filters;

/// <summary>
/// A time as the API's <c>since</c> and <c>until</c> take it: seconds since 1970 with decimals, a date or time by RFC 3339 with its end left off
/// as one likes (local time without a zone), or a Go duration before now (<c>1h30m</c>).
/// </summary>
public static partial class PointInTime
{
    private static readonly string[] _forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HHK", "yyyy-MM-ddK",
    ];

    /// <exception cref="InvalidFilterException">It is none of these.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (Duration().Match(text) is { Success: true })
        {
            return now - Part().Matches(text).Aggregate(TimeSpan.Zero, (sum, part) => sum + Length(part));
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > -60_000_000_000m and < 250_000_000_000m)
        {
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }

        // Beyond seven digits of a second there is nothing that a tick could hold.
        var cut = Fraction().Replace(text, "$1");
        return DateTimeOffset.TryParseExact(cut, _forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time
            : throw new InvalidFilterException($"failed to parse value as time or duration: \"{text}\"");
    }

    private static TimeSpan Length(Match part)
    {
        var number = double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return part.Groups[2].Value switch
        {
            "h" => TimeSpan.FromHours(number),
            "m" => TimeSpan.FromMinutes(number),
            "s" => TimeSpan.FromSeconds(number),
            "ms" => TimeSpan.FromMilliseconds(number),
            "us" or "µs" => TimeSpan.FromMicroseconds(number),
            _ => TimeSpan.FromTicks((long)(number / 100)),
        };
    }

    [GeneratedRegex(@"\A(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:h|ms|m|s|us|µs|ns))+\z")]
    private static partial Regex Duration();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();

    [GeneratedRegex(@"(\.[0-9]{7})[0-9]+")]
    private static partial Regex Fraction();
}
