using System.Text;

namespace Corten.Build.Dockerfile.Syntax;

/// <summary>The words beginning with <c>--</c> directly after an instruction's keyword. Quotes and escapes are removed from them; <c>--</c> alone ends them.</summary>
internal static class FlagWords
{
    public static (IReadOnlyList<string> Flags, string Remainder) Take(string text, char escape)
    {
        var flags = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at + 1 >= text.Length || text[at] != '-' || text[at + 1] != '-')
            {
                return (flags, text[at..]);
            }

            var word = Word(text, ref at, escape);
            if (word == "--")
            {
                return (flags, text[at..]);
            }

            flags.Add(word);
        }
    }

    private static string Word(string text, ref int at, char escape)
    {
        var word = new StringBuilder();
        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                break;
            }

            if (quote != '\0' ? c == quote : c is '\'' or '"')
            {
                quote = quote == '\0' ? c : '\0';
                continue;
            }

            if (c == escape)
            {
                if (at + 1 == text.Length)
                {
                    continue;
                }

                c = text[++at];
            }

            word.Append(c);
        }

        return word.ToString();
    }
}
