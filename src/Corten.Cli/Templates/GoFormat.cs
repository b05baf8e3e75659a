using System.Globalization;
using System.Text;
using Corten.Cli.Output;

namespace Corten.Cli.Templates;

/// <summary>Go's fmt.Sprintf for the verbs that templates use.</summary>
internal static class GoFormat
{
    private const int MaxWidth = 10_000;

    public static string Format(string format, ReadOnlySpan<object?> arguments)
    {
        var text = new StringBuilder(format.Length + 32);
        var used = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }
            var verb = Verb.Read(format, ref i, arguments, ref used);
            if (verb is null)
            {
                text.Append("%!(NOVERB)");
            }
            else if (verb.Letter == '%')
            {
                text.Append('%');
            }
            else if (used >= arguments.Length)
            {
                text.Append("%!").Append(verb.Letter).Append("(MISSING)");
            }
            else
            {
                text.Append(verb.Apply(arguments[used++]));
            }
        }
        if (used < arguments.Length)
        {
            text.Append("%!(EXTRA ");
            for (var i = used; i < arguments.Length; i++)
            {
                text.Append(i > used ? ", " : "").Append(Values.TypeName(arguments[i])).Append('=').Append(Values.Print(arguments[i]));
            }
            text.Append(')');
        }
        return text.ToString();
    }

    /// <summary>One <c>%…</c> of a format.</summary>
    private sealed record Verb(char Letter, bool Left, bool Plus, bool Zero, bool Sharp, int Width, int? Precision)
    {
        public static Verb? Read(string format, ref int at, ReadOnlySpan<object?> arguments, ref int used)
        {
            bool left = false, plus = false, zero = false, sharp = false;
            for (at++; at < format.Length && format[at] is '-' or '+' or '0' or '#' or ' '; at++)
            {
                left |= format[at] == '-';
                plus |= format[at] == '+';
                zero |= format[at] == '0';
                sharp |= format[at] == '#';
            }
            var width = Number(format, ref at, arguments, ref used) ?? 0;
            int? precision = null;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                precision = Number(format, ref at, arguments, ref used) ?? 0;
            }
            return at < format.Length ? new Verb(format[at], left || width < 0, plus, zero, sharp, Math.Min(Math.Abs(width), MaxWidth), precision) : null;
        }

        private static int? Number(string format, ref int at, ReadOnlySpan<object?> arguments, ref int used)
        {
            if (at < format.Length && format[at] == '*')
            {
                at++;
                return used < arguments.Length && arguments[used++] is long number ? (int)Math.Clamp(number, -MaxWidth, MaxWidth) : 0;
            }
            int? value = null;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
            {
                value = Math.Min((value ?? 0) * 10 + (format[at++] - '0'), MaxWidth);
            }
            return value;
        }

        public string Apply(object? value)
        {
            var text = Render(value);
            var width = Ellipsis.Width(text);
            if (width >= Width)
            {
                return text;
            }
            if (Left)
            {
                return text + new string(' ', Width - width);
            }
            if (Zero && value is long or double)
            {
                var sign = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
                return text[..sign] + new string('0', Width - width) + text[sign..];
            }
            return new string(' ', Width - width) + text;
        }

        private string Render(object? value) => (Letter, value) switch
        {
            ('v', string text) when Sharp => GoQuote.Quote(text),
            ('v', _) => Signed(value, Values.Print(value)),
            ('T', _) => Values.TypeName(value),
            ('s', string text) => Cut(text),
            ('s', not (long or double or bool or null)) => Values.Print(value),
            ('q', string text) => GoQuote.Quote(Cut(text)),
            ('q', _) when Values.AsList(value) is { } list => $"[{string.Join(' ', list.Select(static item => GoQuote.Quote(Values.Print(item))))}]",
            ('x', string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)).ToLowerInvariant(),
            ('X', string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
            ('t', bool flag) => flag ? "true" : "false",
            ('d', long number) => Signed(value, number.ToString(CultureInfo.InvariantCulture)),
            ('x', long number) => (Sharp ? "0x" : "") + Radix(number, 16),
            ('X', long number) => (Sharp ? "0X" : "") + Radix(number, 16).ToUpperInvariant(),
            ('o', long number) => Radix(number, 8),
            ('b', long number) => Radix(number, 2),
            ('c', long number) => Rune.IsValid((int)number) ? new Rune((int)number).ToString() : "\uFFFD",
            ('f' or 'F', double real) => Signed(value, real.ToString("F" + (Precision ?? 6), CultureInfo.InvariantCulture)),
            ('e', double real) => Exponent(real),
            ('g', double real) => Precision is { } digits ? ByteSize.Significant(real, Math.Max(1, digits)) : Values.Real(real),
            (_, null) => $"%!{Letter}(<nil>)",
            _ => $"%!{Letter}({Values.TypeName(value)}={Values.Print(value)})",
        };

        private string Cut(string text) => Precision is { } most && text.Length > most ? text[..most] : text;

        private string Signed(object? value, string text) => Plus && value is long or double && text[0] != '-' ? "+" + text : text;

        private static string Radix(long number, int radix)
        {
            var magnitude = number < 0 ? (ulong)-number : (ulong)number;
            var digits = radix == 16 ? magnitude.ToString("x", CultureInfo.InvariantCulture) : Convert.ToString((long)magnitude, radix);
            return number < 0 ? "-" + digits : digits;
        }

        private string Exponent(double real)
        {
            var text = real.ToString("e" + (Precision ?? 6), CultureInfo.InvariantCulture);
            var at = text.IndexOf('e');
            return $"{text[..(at + 2)]}{text[(at + 2)..].TrimStart('0').PadLeft(2, '0')}";
        }
    }
}
