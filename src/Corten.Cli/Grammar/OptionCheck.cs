using System.Globalization;
using Corten.Cli.Output;

namespace Corten.Cli.Grammar;

/// <summary>The checks of option values at parsing. Each answers what is wrong, in the words that Docker's users know, or null.</summary>
internal static class OptionCheck
{
    /// <summary>The check that the kind itself asks for, before the option's own.</summary>
    public static string? ByKind(OptionKind kind, string value) => kind switch
    {
        OptionKind.Flag => Bool(value) is null ? $"strconv.ParseBool: parsing {Quote(value)}: invalid syntax" : null,
        OptionKind.Int => Number(value) is null ? $"strconv.ParseInt: parsing {Quote(value)}: invalid syntax" : null,
        OptionKind.Uint16 => Unsigned16(value),
        OptionKind.Decimal => NanoCpus(value, out _),
        OptionKind.Bytes => ByteSize.TryParse(value, out _) ? null : $"invalid size: '{value}'",
        OptionKind.Duration => GoDuration.Parse(value, out _),
        OptionKind.Filter => value.Length == 0 || value.Contains('=') ? null : "bad format of filter (expected name=value)",
        _ => null,
    };

    /// <summary>Go's boolean spellings, or null.</summary>
    public static bool? Bool(string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <summary>A decimal, 0x, 0o, 0b or leading-zero octal number, or null.</summary>
    public static long? Number(string value)
    {
        var digits = value.AsSpan();
        var negative = digits.StartsWith("-");
        if (negative || digits.StartsWith("+"))
        {
            digits = digits[1..];
        }
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var skip) = digits[1] switch
            {
                'x' or 'X' => (16, 2),
                'o' or 'O' => (8, 2),
                'b' or 'B' => (2, 2),
                _ => (8, 1),
            };
            digits = digits[skip..];
        }
        if (digits.IsEmpty)
        {
            return null;
        }
        Int128 sum = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : int.MaxValue;
            if (digit >= radix || sum > long.MaxValue)
            {
                return null;
            }
            sum = sum * radix + digit;
        }
        sum = negative ? -sum : sum;
        return sum < long.MinValue || sum > long.MaxValue ? null : (long)sum;
    }

    private static string? Unsigned16(string value)
    {
        if (value.StartsWith('-') || Number(value) is not { } number)
        {
            return $"strconv.ParseUint: parsing {Quote(value)}: invalid syntax";
        }
        return number > ushort.MaxValue ? $"strconv.ParseUint: parsing {Quote(value)}: value out of range" : null;
    }

    /// <summary>Reads processors as a decimal and answers billionths of one.</summary>
    public static string? NanoCpus(string value, out long nano)
    {
        nano = 0;
        if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var cpus) || Math.Abs(cpus) > 9_000_000_000m)
        {
            return $"failed to parse {value} as a rational number";
        }
        var scaled = cpus * 1_000_000_000m;
        if (scaled != decimal.Truncate(scaled))
        {
            return "value is too precise";
        }
        nano = (long)scaled;
        return null;
    }

    public static string? Environment(string value)
        => value.StartsWith('=') || value.Length == 0 ? $"invalid environment variable: {value}" : null;

    public static string? Label(string value)
    {
        var name = value.Split('=', 2)[0].TrimStart(' ', '\t');
        if (name.Length == 0)
        {
            return $"invalid label '{value}': empty name";
        }
        return name.AsSpan().ContainsAny(" \t\r\n") ? $"label '{name}' contains whitespaces" : null;
    }

    public static string? Stream(string value)
        => value.ToLowerInvariant() is "stdin" or "stdout" or "stderr" ? null : "valid streams are STDIN, STDOUT and STDERR";

    public static string? IpAddress(string value)
        => System.Net.IPAddress.TryParse(value.Trim(), out _) ? null : $"IP address is not correctly formatted: {value}";

    public static string? DnsSearch(string value)
    {
        var name = value.Trim();
        if (name == ".")
        {
            return null;
        }
        var labels = name.TrimEnd('.').Split('.');
        var good = name.Length is > 0 and < 255 && labels.All(static label => label.Length is > 0 and <= 63 && !label.StartsWith('-')
            && !label.EndsWith('-') && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) && name.Any(char.IsAsciiLetter);
        return good ? null : $"{value} is not a valid domain";
    }

    public static string? ExtraHost(string value)
    {
        var split = SplitHost(value);
        if (split is null || split.Value.Name.Length == 0)
        {
            return $"bad format for add-host: {Quote(value)}";
        }
        var address = split.Value.Address;
        return address == "host-gateway" || System.Net.IPAddress.TryParse(address, out _) ? null : $"invalid IP address in add-host: {Quote(address)}";
    }

    /// <summary><c>name:address</c> or <c>name=address</c>, an IPv6 address with or without brackets.</summary>
    public static (string Name, string Address)? SplitHost(string value)
    {
        var at = value.IndexOfAny(['=', ':']);
        if (at < 0)
        {
            return null;
        }
        var address = value[(at + 1)..];
        if (address.StartsWith('[') && address.EndsWith(']'))
        {
            address = address[1..^1];
        }
        return (value[..at], address);
    }

    public static string? Link(string value)
    {
        var parts = value.Split(':');
        return value.Length == 0 ? "empty string specified for links" : parts.Length > 2 ? $"bad format for links: {value}" : null;
    }

    /// <summary>A sysctl that has a namespace of its own; any other would change the host.</summary>
    public static string? Sysctl(string value)
    {
        var name = value.Split('=', 2)[0];
        var namespaced = name is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax"
            or "kernel.shmmni" or "kernel.shm_rmid_forced" || name.StartsWith("net.", StringComparison.Ordinal)
            || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);
        return namespaced && value.Contains('=') ? null : $"sysctl '{value}' is not allowed";
    }

    public static string? CgroupRule(string value)
    {
        var parts = value.Split(' ', ':');
        var good = parts.Length == 4 && parts[0] is "a" or "b" or "c" && parts.Length == 4 && IsNumberOrStar(parts[1]) && IsNumberOrStar(parts[2])
            && parts[3].Length is >= 1 and <= 3 && parts[3].All(static c => c is 'r' or 'w' or 'm') && value.IndexOf(' ') == 1;
        return good ? null : $"invalid device cgroup format '{value}'";

        static bool IsNumberOrStar(string text) => text == "*" || (text.Length > 0 && text.All(char.IsAsciiDigit));
    }

    public static string? WeightDevice(string value)
    {
        var at = value.IndexOf(':');
        if (at <= 0)
        {
            return $"bad format: {value}";
        }
        if (!value.StartsWith("/dev/", StringComparison.Ordinal))
        {
            return $"bad format for device path: {value}";
        }
        return Number(value[(at + 1)..]) is { } weight && (weight == 0 || weight is >= 10 and <= 1000) ? null : $"invalid weight for device: {value}";
    }

    public static string? ThrottleBytes(string value)
    {
        var wrong = ThrottlePath(value);
        return wrong ?? (ByteSize.TryParse(value[(value.IndexOf(':') + 1)..], out var rate) && rate >= 0 ? null
            : $"invalid rate for device: {value}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb");
    }

    public static string? ThrottleOperations(string value)
    {
        var wrong = ThrottlePath(value);
        return wrong ?? (ulong.TryParse(value[(value.IndexOf(':') + 1)..], out _) ? null
            : $"invalid rate for device: {value}. The correct format is <device-path>:<number>. Number must be a positive integer");
    }

    private static string? ThrottlePath(string value)
    {
        if (value.IndexOf(':') <= 0)
        {
            return $"bad format: {value}";
        }
        return value.StartsWith("/dev/", StringComparison.Ordinal) ? null : $"bad format for device path: {value}";
    }

    private static readonly string[] Limits = ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
        "rtprio", "rttime", "sigpending", "stack"];

    public static string? Ulimit(string value) => ParseUlimit(value, out _, out _, out _);

    /// <summary>Reads <c>name=soft[:hard]</c>.</summary>
    public static string? ParseUlimit(string value, out string name, out long soft, out long hard)
    {
        (name, soft, hard) = ("", 0, 0);
        var at = value.IndexOf('=');
        if (at < 0)
        {
            return $"invalid ulimit argument: {value}";
        }
        name = value[..at];
        if (Array.IndexOf(Limits, name) < 0)
        {
            return $"invalid ulimit type: {name}";
        }
        var parts = value[(at + 1)..].Split(':');
        if (parts.Length > 2)
        {
            return $"too many limit value arguments - {value[(at + 1)..]}, can only have up to two, `soft[:hard]`";
        }
        if (!long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out soft))
        {
            return $"strconv.ParseInt: parsing {Quote(parts[0])}: invalid syntax";
        }
        hard = soft;
        if (parts.Length == 2 && !long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out hard))
        {
            return $"strconv.ParseInt: parsing {Quote(parts[1])}: invalid syntax";
        }
        if (hard != -1 && (soft == -1 || soft > hard))
        {
            return soft == -1
                ? $"ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: {hard}"
                : $"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}";
        }
        return null;
    }

    private static string Quote(string value) => GoQuote.Quote(value);
}
