using System.Globalization;
using Corten.EngineApi.Filters;
using Corten.Oci.Errors;

namespace Corten.Networks.Verbs;

/// <summary>The <c>until</c> filter: Unix seconds, a date, or a duration before now.</summary>
public static class Until
{
    public static DateTime? Parse(FilterSet filters)
    {
        var values = filters["until"];
        if (values.IsEmpty)
        {
            return null;
        }
        if (values.Length > 1)
        {
            throw CortenException.Invalid("more than one until filter specified");
        }
        var text = values[0];
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 253402300800)
        {
            return DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }
        if (Duration(text) is { } ago)
        {
            return DateTime.UtcNow - ago;
        }
        return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : throw CortenException.Invalid($"failed to parse value as time or duration: \"{text}\"");
    }

    /// <summary>Go's notation: <c>1h30m</c>, <c>10s</c>, <c>1.5h</c>.</summary>
    private static TimeSpan? Duration(string text)
    {
        double ticks = 0;
        var rest = text.AsSpan();
        if (rest.IsEmpty)
        {
            return null;
        }
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }
            rest = rest[digits..];
            var letters = rest.IndexOfAny("0123456789.");
            var unit = letters < 0 ? rest : rest[..letters];
            double? size = unit switch
            {
                "ns" => 0.01,
                "us" or "µs" => 10,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                _ => null,
            };
            if (size is null)
            {
                return null;
            }
            ticks += number * size.Value;
            rest = rest[unit.Length..];
        }
        return ticks < long.MaxValue / 4 ? TimeSpan.FromTicks((long)ticks) : null;
    }
}
