using System.Globalization;
using System.Text.RegularExpressions;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Changes;

/// <summary><c>HEALTHCHECK [--interval=… …] CMD …</c> or <c>HEALTHCHECK NONE</c>.</summary>
internal static partial class HealthcheckChange
{
    private const long Millisecond = 1_000_000;

    public static ImageHealthcheck Parse(string rest)
    {
        var check = new ImageHealthcheck();
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var end = rest.AsSpan().IndexOfAny(' ', '\t');
            check = SetFlag(check, end < 0 ? rest : rest[..end]);
            rest = end < 0 ? "" : rest[end..].TrimStart();
        }

        var parts = rest.Split([' ', '\t'], 2);
        var argument = parts.Length > 1 ? parts[1].Trim() : "";
        switch (parts[0].ToUpperInvariant())
        {
            case "NONE" when argument.Length > 0:
                throw CortenException.Invalid("HEALTHCHECK NONE takes no arguments");
            case "NONE":
                return new ImageHealthcheck { Test = ["NONE"] };
            case "CMD" when argument.Length > 0:
                return check with { Test = ImageChanges.JsonWords(argument) is { } words ? ["CMD", .. words] : ["CMD-SHELL", argument] };
            case "CMD":
                throw CortenException.Invalid("Missing command after HEALTHCHECK CMD");
            case "":
                throw CortenException.Invalid("HEALTHCHECK requires at least one argument");
            default:
                throw CortenException.Invalid($"Unknown type \"{parts[0]}\" in HEALTHCHECK (try CMD)");
        }
    }

    private static ImageHealthcheck SetFlag(ImageHealthcheck check, string flag)
    {
        var equals = flag.IndexOf('=');
        var (name, value) = equals < 0 ? (flag, "") : (flag[..equals], flag[(equals + 1)..]);
        return name switch
        {
            "--interval" => check with { Interval = Duration(name, value) },
            "--timeout" => check with { Timeout = Duration(name, value) },
            "--start-period" => check with { StartPeriod = Duration(name, value) },
            "--start-interval" => check with { StartInterval = Duration(name, value) },
            "--retries" => check with
            {
                Retries = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var retries) ? retries
                    : throw CortenException.Invalid($"--retries must be a number, not \"{value}\""),
            },
            _ => throw CortenException.Invalid($"unknown flag: {name}"),
        };
    }

    /// <summary>Go's notation (<c>1m30s</c>) in nanoseconds; 0, or at least a millisecond.</summary>
    private static long Duration(string name, string text)
    {
        if (!Whole().IsMatch(text))
        {
            throw CortenException.Invalid($"time: invalid duration \"{text}\"");
        }

        var sum = text == "0" ? 0 : Part().Matches(text).Sum(part =>
            decimal.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * part.Groups[2].Value switch
            {
                "h" => 3600m, "m" => 60m, "s" => 1m, "ms" => 0.001m, "us" or "µs" => 0.000001m, _ => 0.000000001m,
            });
        var nanoseconds = (long)(sum * 1_000_000_000m);
        return nanoseconds is 0 or >= Millisecond ? nanoseconds
            : throw CortenException.Invalid($"Interval \"{name[2..]}\" cannot be less than 1ms");
    }

    [GeneratedRegex(@"\A(?:0|(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:h|ms|m|s|us|µs|ns))+)\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();
}
