using System.Globalization;
using System.Text;
using Corten.Cli.Grammar;

namespace Corten.Cli.Templates;

/// <summary>Reads Go's literals.</summary>
internal static class Literals
{
    /// <returns>Null if the token is no number.</returns>
    public static object? Value(Token token)
    {
        switch (token.Kind)
        {
            case TokenKind.String or TokenKind.RawString:
                return Unquote(token.Text);
            case TokenKind.Character:
                var text = Unquote(token.Text);
                return text.Length > 0 && Rune.TryGetRuneAt(text, 0, out var rune) && rune.Utf16SequenceLength == text.Length ? (long)rune.Value : null;
            default:
                var digits = token.Text.Replace("_", "", StringComparison.Ordinal);
                return OptionCheck.Number(digits) is { } number ? number
                    : double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null;
        }
    }

    /// <summary>Takes the quotes off and resolves escapes.</summary>
    public static string Unquote(string quoted)
    {
        if (quoted[0] == '`')
        {
            return quoted[1..^1].Replace("\r", "", StringComparison.Ordinal);
        }
        var text = new StringBuilder(quoted.Length);
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                text.Append(quoted[i]);
                continue;
            }
            var escape = quoted[++i];
            switch (escape)
            {
                case 'a': text.Append('\a'); break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case 'v': text.Append('\v'); break;
                case 'x': Numeric(text, quoted, ref i, 2, 16); break;
                case 'u': Numeric(text, quoted, ref i, 4, 16); break;
                case 'U': Numeric(text, quoted, ref i, 8, 16); break;
                case >= '0' and <= '7':
                    i--;
                    Numeric(text, quoted, ref i, 3, 8);
                    break;
                default: text.Append(escape); break;
            }
        }
        return text.ToString();
    }

    private static void Numeric(StringBuilder text, string quoted, ref int at, int digits, int radix)
    {
        var end = Math.Min(at + digits, quoted.Length - 2);
        var value = 0;
        while (at < end)
        {
            var c = quoted[++at];
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 0;
            value = unchecked(value * radix + digit);
        }
        text.Append(Rune.IsValid(value) ? new Rune(value).ToString() : "\uFFFD");
    }
}
