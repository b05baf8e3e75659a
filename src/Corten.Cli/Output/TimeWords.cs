using System.Globalization;

namespace Corten.Cli.Output;

/// <summary>Times of the API (RFC 3339 with nanoseconds, which .NET's types would round) in other notations.</summary>
internal static class TimeWords
{
    /// <summary>Go's default rendering, in the time's own zone: <c>2026-11-23 05:10:34.814468613 +0000 UTC</c>.</summary>
    public static string Words(string rfc)
    {
        if (!DateTimeOffset.TryParse(rfc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return rfc;
        }
        var dot = rfc.IndexOf('.');
        var end = dot < 0 ? -1 : rfc.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9');
        var fraction = dot < 0 ? "" : rfc.Substring(dot, (end < 0 ? rfc.Length - dot - 1 : end) + 1).TrimEnd('0').TrimEnd('.');
        var offset = time.Offset;
        var zone = $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hhmm}";
        return $"{time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}{fraction} {zone} {(offset == TimeSpan.Zero ? "UTC" : zone)}";
    }

    /// <summary>C's asctime, as version prints build times; what is no time stays as it is.</summary>
    public static string Ansi(string rfc)
        => DateTimeOffset.TryParse(rfc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && rfc.Contains('T')
            ? time.ToString("ddd MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture)
            : rfc;

    /// <summary>Nanoseconds since 1970 in the local zone, always with nine digits.</summary>
    public static string LocalNanoseconds(long nanoseconds)
    {
        var time = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(nanoseconds / 1_000_000_000), TimeZoneInfo.Local);
        var zone = time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss}.{nanoseconds % 1_000_000_000:000000000}{zone}");
    }
}
