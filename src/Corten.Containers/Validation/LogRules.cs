using System.Globalization;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>Logging drivers and the options that each knows.</summary>
internal static class LogRules
{
    private static readonly string[] Everywhere = ["mode", "max-buffer-size", "cache-disabled", "cache-max-size", "cache-max-file", "cache-compress"];

    private static readonly string[] Attributes = ["labels", "labels-regex", "env", "env-regex", "tag"];

    private static readonly Dictionary<string, string[]> Drivers = new(StringComparer.Ordinal)
    {
        ["json-file"] = ["max-file", "max-size", "compress", .. Attributes],
        ["local"] = ["max-file", "max-size", "compress"],
        ["journald"] = Attributes,
        ["syslog"] = ["syslog-address", "syslog-facility", "syslog-tls-ca-cert", "syslog-tls-cert", "syslog-tls-key", "syslog-tls-skip-verify", "syslog-format", .. Attributes],
    };

    public static void Check(LogConfig log)
    {
        var options = log.Config ?? [];
        if (log.Type == "none")
        {
            return;
        }

        if (!Drivers.TryGetValue(log.Type, out var known))
        {
            throw CortenException.Invalid($"error looking up logging plugin {log.Type}: plugin \"{log.Type}\" not found");
        }

        CheckMode(options);
        foreach (var option in options.Keys)
        {
            if (!known.Contains(option) && !Everywhere.Contains(option))
            {
                throw CortenException.Invalid(log.Type == "local" ? $"unknown log opt '{option}' for log driver local" : $"unknown log opt '{option}' for {log.Type} log driver");
            }
        }
    }

    /// <summary>Bytes, from a number with an optional unit: <c>20m</c>. Units are powers of 1024.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        var trimmed = text.Trim().ToLowerInvariant();
        if (trimmed.EndsWith('b'))
        {
            trimmed = trimmed[..^1].TrimEnd('i');
        }

        var factor = trimmed.Length == 0 ? 1 : trimmed[^1] switch { 'k' => 1L << 10, 'm' => 1L << 20, 'g' => 1L << 30, 't' => 1L << 40, _ => 1 };
        var number = factor == 1 ? trimmed : trimmed[..^1].TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < 0
            || value > long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)(value * factor);
        return true;
    }

    private static void CheckMode(Dictionary<string, string> options)
    {
        var mode = options.GetValueOrDefault("mode", "");
        if (mode is not ("" or "blocking" or "non-blocking"))
        {
            throw CortenException.Invalid($"logger: logging mode not supported: {mode}");
        }

        if (options.TryGetValue("max-buffer-size", out var size))
        {
            if (mode != "non-blocking")
            {
                throw CortenException.Invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
            }

            if (!TryParseSize(size, out _))
            {
                throw CortenException.Invalid($"error parsing option max-buffer-size: invalid size: '{size}'");
            }
        }
    }
}
