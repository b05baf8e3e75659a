using System.Globalization;

namespace Corten.Cli.Output;

/// <summary>How long ago, in words.</summary>
internal static class HumanTime
{
    public static string Duration(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        if (seconds < 1)
        {
            return "Less than a second";
        }
        if (seconds == 1)
        {
            return "1 second";
        }
        if (seconds < 60)
        {
            return $"{seconds} seconds";
        }
        var minutes = (long)span.TotalMinutes;
        if (minutes == 1)
        {
            return "About a minute";
        }
        if (minutes < 60)
        {
            return $"{minutes} minutes";
        }
        var hours = (long)(span.TotalHours + 0.5);
        return hours switch
        {
            1 => "About an hour",
            < 48 => $"{hours} hours",
            < 24 * 7 * 2 => $"{hours / 24} days",
            < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
            < 24 * 365 * 2 => $"{hours / 24 / 30} months",
            _ => $"{hours / 24 / 365} years",
        };
    }

    public static string Ago(DateTimeOffset then) => Duration(DateTimeOffset.UtcNow - then) + " ago";

    /// <summary>Go's default rendering of a time in the local zone: <c>2006-01-02 15:04:05 -0700 MST</c>.</summary>
    public static string Local(DateTimeOffset then)
    {
        var zone = TimeZoneInfo.Local;
        var local = TimeZoneInfo.ConvertTime(then, zone);
        var offset = local.Offset;
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var name = offset == TimeSpan.Zero ? "UTC" : zone.IsDaylightSavingTime(local) ? zone.DaylightName : zone.StandardName;
        if (name.Length > 5)
        {
            name = $"{sign}{offset:hh}";
        }
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + $"{sign}{offset:hhmm} {name}";
    }
}
