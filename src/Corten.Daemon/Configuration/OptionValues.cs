using System.Globalization;
using System.Net;
using Corten.Daemon.Diagnostics;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Daemon.Configuration;

/// <summary>Reads the values of options. What is wrong is told in dockerd's words, without the option's name: the caller adds it.</summary>
internal static class OptionValues
{
    /// <summary>By the rules of Go's strconv.ParseBool.</summary>
    public static bool Bool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw CortenException.Invalid($"strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };

    public static int Int(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw CortenException.Invalid($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    public static int Positive(string text) => Int(text) is > 0 and var number
        ? number
        : throw CortenException.Invalid($"invalid value: {text}: must be greater than 0");

    public static int NotNegative(string text) => Int(text) is >= 0 and var number
        ? number
        : throw CortenException.Invalid($"invalid value: {text}: must not be negative");

    public static IPAddress Address(string text) => IPAddress.TryParse(text, out var address)
        ? address
        : throw CortenException.Invalid($"failed to parse IP: \"{text}\"");

    /// <summary>Address and prefix, the address kept: <c>10.1.0.1/16</c>.</summary>
    public static string Cidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var valid = slash > 0 && IPAddress.TryParse(text.AsSpan(0, slash), out var address)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            && prefix <= address.GetAddressBytes().Length * 8;
        return valid ? text : throw CortenException.Invalid($"invalid CIDR address: {text}");
    }

    public static (string Key, string Value) Pair(string text, string words)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (text[..equals], text[(equals + 1)..]) : throw CortenException.Invalid($"{words}: {text}");
    }

    public static string OneOf(string text, params ReadOnlySpan<string> allowed) => allowed.Contains(text)
        ? text
        : throw CortenException.Invalid($"invalid value: {text}: must be one of {string.Join(", ", allowed!)}");

    /// <summary>Bytes with an optional unit of powers of 1024: <c>64m</c>.</summary>
    public static long Bytes(string text)
    {
        var number = text.AsSpan().TrimEnd("bBiI");
        var unit = number is [.., var last] ? char.ToLowerInvariant(last) : '0';
        var shift = unit switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, 'p' => 50, _ => 0 };
        if (shift > 0)
        {
            number = number[..^1];
        }

        return decimal.TryParse(number.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size)
            && size * (1L << shift) <= long.MaxValue
            ? (long)(size * (1L << shift))
            : throw CortenException.Invalid($"invalid size: '{text}'");
    }

    /// <summary><c>nofile=1024:2048</c>; one number stands for both limits, -1 for none.</summary>
    public static Ulimit Ulimit(string text)
    {
        var (name, limits) = Pair(text, "invalid ulimit argument");
        var parts = limits.Split(':');
        if (parts.Length > 2)
        {
            throw CortenException.Invalid($"too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`");
        }

        var soft = Limit(parts[0]);
        var hard = parts.Length == 2 ? Limit(parts[1]) : soft;
        return soft > hard && hard != -1
            ? throw CortenException.Invalid($"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}")
            : new Ulimit { Name = name, Soft = soft, Hard = hard };
    }

    /// <summary><c>base=10.0.0.0/8,size=24</c></summary>
    public static AddressPool AddressPool(string text)
    {
        string? network = null;
        var size = 0;
        foreach (var field in text.Split(','))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0
                ? throw CortenException.Invalid($"invalid field '{field}' must be a key=value pair")
                : (field[..equals].Trim().ToLowerInvariant(), field[(equals + 1)..].Trim());
            switch (key)
            {
                case "base":
                    network = value;
                    break;
                case "size":
                    size = Int(value);
                    break;
                default:
                    throw CortenException.Invalid($"unexpected key '{key}' in '{field}'");
            }
        }

        return AddressPool(network ?? "", size);
    }

    public static AddressPool AddressPool(string network, int size)
    {
        if (!IPNetwork.TryParse(network, out var parsed))
        {
            throw CortenException.Invalid($"invalid base pool \"{network}\": invalid CIDR address: {network}");
        }

        var bits = parsed.BaseAddress.GetAddressBytes().Length * 8;
        return size >= parsed.PrefixLength && size <= bits
            ? new AddressPool(parsed, size)
            : throw CortenException.Invalid($"invalid pools size: {size}: must be between {parsed.PrefixLength} and {bits} for {network}");
    }

    public static LogLevel LogLevel(string text) => text switch
    {
        "debug" => Diagnostics.LogLevel.Debug,
        "info" => Diagnostics.LogLevel.Info,
        "warn" or "warning" => Diagnostics.LogLevel.Warn,
        "error" or "fatal" => Diagnostics.LogLevel.Error,
        _ => throw CortenException.Invalid($"invalid logging level: {text}"),
    };

    public static LogFormat LogFormat(string text) => text switch
    {
        "text" => Diagnostics.LogFormat.Text,
        "json" => Diagnostics.LogFormat.Json,
        _ => throw CortenException.Invalid($"invalid log format: {text}"),
    };

    private static long Limit(string text) =>
        text is "unlimited" ? -1
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= -1 ? number
        : throw CortenException.Invalid($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
}
