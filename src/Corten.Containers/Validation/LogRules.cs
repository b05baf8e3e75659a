using System.Globalization;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;
using Corten.Supervision.Monitor;

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

        if (log.Type == "syslog")
        {
            CheckSyslog(options);
        }
    }

    /// <summary>Where syslog listens: a socket that must be there, or a network address. TLS to a log service is not spoken.</summary>
    private static void CheckSyslog(Dictionary<string, string> options)
    {
        if (options.GetValueOrDefault("syslog-address") is { Length: > 0 } address)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            {
                throw CortenException.Invalid($"parse \"{address}\": invalid URI for request");
            }

            if (uri.Scheme is not ("udp" or "tcp" or "unix" or "unixgram"))
            {
                throw CortenException.Invalid($"unsupported scheme: '{uri.Scheme}'");
            }

            if (uri.Scheme is "unix" or "unixgram" && !Path.Exists(uri.AbsolutePath))
            {
                throw CortenException.Invalid($"stat {uri.AbsolutePath}: no such file or directory");
            }
        }

        if (options.GetValueOrDefault("syslog-facility") is { Length: > 0 } facility && !SyslogFacility.TryParse(facility, out _))
        {
            throw CortenException.Invalid("invalid syslog facility");
        }

        if (options.GetValueOrDefault("syslog-format") is not (null or "" or "rfc3164" or "rfc5424" or "rfc5424micro"))
        {
            throw CortenException.Invalid("Invalid syslog format");
        }
    }

    /// <summary>Bytes, from a number with an optional unit: <c>20m</c>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="unit">What a k is: 1000 where Docker measures files, 1024 where it measures memory.</param>
    /// <param name="bytes">The number.</param>
    public static bool TryParseSize(string text, long unit, out long bytes)
    {
        bytes = 0;
        var trimmed = text.Trim().ToLowerInvariant();
        if (trimmed.EndsWith('b'))
        {
            trimmed = trimmed[..^1].TrimEnd('i');
        }

        var factor = trimmed.Length == 0 ? 1 : trimmed[^1] switch { 'k' => unit, 'm' => unit * unit, 'g' => unit * unit * unit, 't' => unit * unit * unit * unit, _ => 1 };
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

            if (!TryParseSize(size, 1024, out _))
            {
                throw CortenException.Invalid($"error parsing option max-buffer-size: invalid size: '{size}'");
            }
        }
    }
}
