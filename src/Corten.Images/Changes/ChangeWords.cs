using System.Text;
using Corten.Oci.Errors;

namespace Corten.Images.Changes;

/// <summary>Words of a change: split at blanks outside quotes, then with quotes taken off and variables put in.</summary>
internal static class ChangeWords
{
    /// <summary>The words, quotes and escapes still in them; at least one for a text that is not blank.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && c is ' ' or '\t')
            {
                Flush();
                continue;
            }

            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(c).Append(text[++i]);
                continue;
            }

            quote = quote == '\0' && c is '"' or '\'' ? c : c == quote ? '\0' : quote;
            word.Append(c);
        }

        Flush();
        return words;

        void Flush()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>Takes quotes and escapes off, and puts the values of <paramref name="env"/> in for variables.</summary>
    public static string Expand(string word, IReadOnlyList<string> env)
    {
        var result = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            switch (c)
            {
                case '"' or '\'' when quote == '\0':
                    quote = c;
                    break;
                case '"' or '\'' when quote == c:
                    quote = '\0';
                    break;
                case '\\' when quote != '\'' && i + 1 < word.Length:
                    i++;
                    if (quote == '"' && word[i] is not ('"' or '\\' or '$'))
                    {
                        result.Append('\\');
                    }

                    result.Append(word[i]);
                    break;
                case '$' when quote != '\'':
                    i = ExpandVariable(word, i, env, result);
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }

        return quote == '\0' ? result.ToString()
            : throw CortenException.Invalid($"failed to process \"{word}\": unexpected end of statement while looking for matching {(quote == '"' ? "double-quote" : "single-quote")}");
    }

    /// <returns>The index of the last character that belonged to the variable.</returns>
    private static int ExpandVariable(string word, int dollar, IReadOnlyList<string> env, StringBuilder result)
    {
        if (dollar + 1 < word.Length && word[dollar + 1] == '{')
        {
            var close = word.IndexOf('}', dollar);
            if (close < 0)
            {
                throw CortenException.Invalid($"failed to process \"{word}\": missing right brace");
            }

            result.Append(Braced(word, word[(dollar + 2)..close], env));
            return close;
        }

        var end = dollar + 1;
        while (end < word.Length && (char.IsAsciiLetterOrDigit(word[end]) || word[end] == '_'))
        {
            end++;
        }

        result.Append(end == dollar + 1 ? "$" : ValueOf(word[(dollar + 1)..end], env) ?? "");
        return end - 1;
    }

    /// <summary>The inside of <c>${…}</c>: a name, perhaps with <c>:-</c> or <c>:+</c> and another value.</summary>
    private static string Braced(string word, string inside, IReadOnlyList<string> env)
    {
        var colon = inside.IndexOf(':');
        var name = colon < 0 ? inside : inside[..colon];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw CortenException.Invalid($"failed to process \"{word}\": syntax error: bad substitution");
        }

        var value = ValueOf(name, env);
        return (colon < 0 ? "" : inside[colon..]) switch
        {
            "" => value ?? "",
            [':', '-', .. var otherwise] => string.IsNullOrEmpty(value) ? otherwise : value,
            [':', '+', .. var instead] => string.IsNullOrEmpty(value) ? "" : instead,
            _ => throw CortenException.Invalid($"failed to process \"{word}\": unsupported modifier in substitution"),
        };
    }

    private static string? ValueOf(string name, IReadOnlyList<string> env) =>
        env.LastOrDefault(e => e.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
