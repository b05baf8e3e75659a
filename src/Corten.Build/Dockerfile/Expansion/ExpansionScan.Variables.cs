using System.Text;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>Variables: <c>$v</c>, <c>${v}</c> and its modifiers, which may nest.</summary>
internal sealed partial class ExpansionScan
{
    private string Dollar()
    {
        _at++;
        if (AtEnd || Peek != '{')
        {
            var bare = Name();
            return bare.Length == 0 ? "$" : Get(bare) ?? (options.KeepUnset ? "$" + bare : "");
        }

        _at++;
        if (AtEnd)
        {
            throw new ExpansionException("syntax error: missing '}'");
        }

        if (Peek is '{' or '}' or ':')
        {
            throw new ExpansionException("syntax error: bad substitution");
        }

        if (++_depth > VariableExpander.MaxDepth)
        {
            throw new ExpansionException($"substitutions are nested more than {VariableExpander.MaxDepth} deep");
        }

        var value = Braced(Name());
        _depth--;
        return value;
    }

    private string Braced(string name)
    {
        if (AtEnd)
        {
            throw new ExpansionException("syntax error: missing '}'");
        }

        var modifier = source[_at++].ToString();
        if (modifier == "}")
        {
            return Get(name) ?? (options.KeepUnset ? $"${{{name}}}" : "");
        }

        if (modifier == "/")
        {
            return Replace(name);
        }

        if (modifier == ":")
        {
            modifier += AtEnd ? throw new ExpansionException("syntax error: missing '}'") : source[_at++];
        }

        if (modifier is not ("-" or "+" or "?" or "#" or "%" or ":-" or ":+" or ":?"))
        {
            throw new ExpansionException($"unsupported modifier ({modifier}) in substitution");
        }

        var word = Word('}', keepEscapes: modifier is "#" or "%", "syntax error: missing '}'");
        var value = Get(name);
        return value is null && options.KeepUnset ? $"${{{name}{modifier}{word}}}" : Modify(name, modifier, word, value);
    }

    private static string Modify(string name, string modifier, string word, string? value)
    {
        var missing = value is null || (modifier[0] == ':' && value.Length == 0);
        return modifier[^1] switch
        {
            '-' => missing ? word : value!,
            '+' => missing ? "" : word,
            '?' when value is null => throw new ExpansionException($"{name}: {(word.Length > 0 ? word : "is not allowed to be unset")}"),
            '?' when missing => throw new ExpansionException($"{name}: {(word.Length > 0 ? word : "is not allowed to be empty")}"),
            '?' => value,
            '#' => TrimPrefix(value ?? "", word),
            _ => TrimSuffix(value ?? "", word),
        };
    }

    private static string TrimPrefix(string value, string word)
    {
        var longest = word.StartsWith('#');
        var length = Pattern(longest ? word[1..] : word).PrefixLength(value, longest);
        return length < 0 ? value : value[length..];
    }

    private static string TrimSuffix(string value, string word)
    {
        var longest = word.StartsWith('%');
        var reversed = value.ToCharArray();
        Array.Reverse(reversed);
        var length = Pattern(longest ? word[1..] : word).Reversed().PrefixLength(reversed, longest);
        return length < 0 ? value : value[..^length];
    }

    /// <summary><c>${v/pattern/new}</c>, and with <c>//</c> every occurrence; the leftmost, longest match counts.</summary>
    private string Replace(string name)
    {
        var all = !AtEnd && Peek == '/';
        _at += all ? 1 : 0;
        var pattern = Word('/', keepEscapes: true, "syntax error: missing '/' in ${}");
        var replacement = Word('}', keepEscapes: true, "syntax error: missing '}'");
        if (Get(name) is not { } value)
        {
            return options.KeepUnset ? $"${{{name}/{pattern}/{replacement}}}" : "";
        }

        var glob = Pattern(pattern);
        var result = new StringBuilder();
        for (var at = 0; at < value.Length;)
        {
            var length = glob.PrefixLength(value.AsSpan(at), longest: true);
            if (length <= 0)
            {
                result.Append(value[at++]);
                continue;
            }

            Count(replacement.Length);
            result.Append(replacement);
            at += length;
            if (!all)
            {
                return result.Append(value, at, value.Length - at).ToString();
            }
        }

        return result.ToString();
    }

    private static Glob Pattern(string pattern)
    {
        try
        {
            return Glob.Shell(pattern);
        }
        catch (FormatException e)
        {
            throw new ExpansionException($"invalid pattern ({pattern}) in substitution: {e.Message}");
        }
    }

    private string Word(char stop, bool keepEscapes, string whenMissing)
    {
        var word = new ExpansionResult();
        try
        {
            Until(stop, keepEscapes, word);
        }
        catch (ExpansionException) when (AtEnd)
        {
            throw new ExpansionException(whenMissing);
        }

        return word.Text.ToString();
    }

    /// <summary>Letters, digits and underscore; or digits alone; or one of the shell's special parameters.</summary>
    private string Name()
    {
        var start = _at;
        if (!AtEnd && char.IsDigit(Peek))
        {
            while (!AtEnd && char.IsDigit(Peek))
            {
                _at++;
            }
        }
        else if (!AtEnd && Peek is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            _at++;
        }
        else
        {
            while (!AtEnd && (char.IsLetterOrDigit(Peek) || Peek == '_'))
            {
                _at++;
            }
        }

        return source[start.._at];
    }

    private void Count(int characters)
    {
        _substituted += characters;
        if (_substituted > VariableExpander.MaxLength)
        {
            throw new ExpansionException($"expands to more than {VariableExpander.MaxLength} characters");
        }
    }

    private string? Get(string name)
    {
        var value = variables.Get(name);
        (value is null ? Unmatched : Matched).Add(name);
        Count(value?.Length ?? 0);
        return value;
    }
}
