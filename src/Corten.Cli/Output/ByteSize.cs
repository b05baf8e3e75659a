using System.Globalization;

namespace Corten.Cli.Output;

/// <summary>Sizes: read with binary units, as options take them, and printed decimal or binary, as lists show them.</summary>
internal static class ByteSize
{
    private static readonly string[] Decimal = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    /// <summary>Reads <c>512m</c>, <c>1.5g</c>, <c>64kb</c>, <c>2GiB</c> or a plain number of bytes; units are powers of 1024.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var number = digits < 0 ? text.AsSpan() : text.AsSpan(0, digits);
        if (number.IsEmpty || number.Length > 24 || !char.IsAsciiDigit(number[^1]) || !char.IsAsciiDigit(number[0])
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }
        var unit = digits < 0 ? "" : text[digits..].TrimStart(' ').ToLowerInvariant();
        var power = unit.Length == 0 ? 0 : "bkmgtp".IndexOf(unit[0]);
        if (power < 0 || !(unit.Length <= 1 || (power > 0 && unit[1..] is "b" or "i" or "ib")))
        {
            return false;
        }
        var unitSize = 1L << (10 * power);
        if (count > long.MaxValue / unitSize)
        {
            return false;
        }
        bytes = (long)(count * unitSize);
        return true;
    }

    /// <summary><c>1.98MB</c>: powers of 1000, three significant digits.</summary>
    public static string Human(double bytes, int digits = 3) => Format(bytes, 1000, Decimal, digits);

    /// <summary><c>1.5MiB</c>: powers of 1024, four significant digits.</summary>
    public static string HumanBinary(double bytes) => Format(bytes, 1024, Binary, 4);

    private static string Format(double size, double step, string[] units, int digits)
    {
        var unit = 0;
        while (size >= step && unit < units.Length - 1)
        {
            size /= step;
            unit++;
        }
        return Significant(size, digits) + units[unit];
    }

    /// <summary>Go's <c>%.Ng</c>: N significant digits, no trailing zeros, an exponent once the digits do not reach the point.</summary>
    public static string Significant(double value, int digits)
    {
        if (value == 0)
        {
            return "0";
        }
        var scientific = value.ToString("e" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var at = scientific.IndexOf('e');
        var exponent = int.Parse(scientific.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits)
        {
            var mantissa = scientific[..at];
            if (mantissa.Contains('.'))
            {
                mantissa = mantissa.TrimEnd('0').TrimEnd('.');
            }
            return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }
        var plain = value.ToString("f" + Math.Max(0, digits - 1 - exponent).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return plain.Contains('.') ? plain.TrimEnd('0').TrimEnd('.') : plain;
    }
}
