using System.Globalization;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary>A time given to <c>--since</c> or <c>--until</c>: seconds since 1970, RFC 3339 in several lengths, or a duration before now.</summary>
internal static class TimeArgument
{
    private static readonly string[] Local = ["yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH", "yyyy-MM-dd"];
    private static readonly string[] Zoned = ["yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHHK", "yyyy-MM-ddK"];

    /// <returns>Seconds since 1970 with nanoseconds, as the API takes them; empty for the empty text.</returns>
    /// <param name="option">The option to name in a message; null for none.</param>
    public static string Read(string text, string? option = null)
    {
        if (text.Length == 0)
        {
            return "";
        }
        if (GoDuration.TryParse(text, out var ago) && !char.IsAsciiDigit(text[^1]))
        {
            // Whole seconds, as Docker's client sends them: scripts count on "until now" leaving the present second out.
            var then = (decimal)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100 - ago;
            return decimal.Floor(then / 1_000_000_000m).ToString("0", CultureInfo.InvariantCulture);
        }
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return text;
        }
        var zoned = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 9;
        var styles = zoned ? DateTimeStyles.AdjustToUniversal : DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, zoned ? Zoned : Local, CultureInfo.InvariantCulture, styles, out var time)
            ? Seconds((decimal)(time - DateTimeOffset.UnixEpoch).Ticks * 100)
            : throw new CommandException($"{(option is null ? "" : $"invalid value for {GoQuote.Quote(option)}: ")}failed to parse value as time or duration: {GoQuote.Quote(text)}");
    }

    private static string Seconds(decimal nanoseconds)
    {
        var whole = decimal.Floor(nanoseconds / 1_000_000_000m);
        var rest = nanoseconds - whole * 1_000_000_000m;
        return string.Create(CultureInfo.InvariantCulture, $"{whole:0}.{rest:000000000}");
    }
}
