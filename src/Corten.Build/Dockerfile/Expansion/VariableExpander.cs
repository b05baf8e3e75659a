using System.Text;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>What an expansion gave, and which variables it asked for.</summary>
public sealed record Expansion(string Text, IReadOnlySet<string> Matched, IReadOnlySet<string> Unmatched);

/// <summary>
/// Quotes, escapes and variables of an instruction's words (Dockerfile reference, "Environment replacement"): <c>$v</c>, <c>${v}</c> and every
/// modifier. Results and nesting are bounded, since a Dockerfile may come from anyone.
/// </summary>
public sealed class VariableExpander(char escape)
{
    /// <summary>Characters that one expansion may give: doubling definitions otherwise fill the memory.</summary>
    public const int MaxLength = 8 << 20;

    /// <summary>How deep <c>${a:-${b:-…}}</c> may go.</summary>
    public const int MaxDepth = 100;

    /// <summary>Quotes stay in the result (they still delimit).</summary>
    public bool KeepQuotes { get; init; }

    /// <summary>Escape characters stay in the result (they still escape).</summary>
    public bool KeepEscapes { get; init; }

    /// <summary>Quotes are ordinary characters, as in the body of a here-document.</summary>
    public bool IgnoreQuotes { get; init; }

    /// <summary>Variables that are not set stay as they are written.</summary>
    public bool KeepUnset { get; init; }

    public Expansion Expand(string word, IVariables variables)
    {
        var run = new Scan(this, escape, word, variables);
        var text = run.Whole(out _);
        return new Expansion(text, run.Matched, run.Unmatched);
    }

    /// <summary>Expands and then cuts at blanks that are not quoted; blanks that come out of a variable cut as well.</summary>
    public IReadOnlyList<string> Words(string text, IVariables variables)
    {
        new Scan(this, escape, text, variables).Whole(out var words);
        return words;
    }

    /// <summary>As <see cref="Words"/>, for text whose quotes need not balance.</summary>
    internal bool TryWords(string text, IVariables variables, out IReadOnlyList<string> words)
    {
        try
        {
            words = Words(text, variables);
            return true;
        }
        catch (CortenException)
        {
            // An unbalanced quote: the shell will say so if it matters to it.
            words = [];
            return false;
        }
    }

    private sealed class Scan(VariableExpander options, char escape, string source, IVariables variables)
    {
        private int _at;
        private int _depth;
        private long _substituted;

        public HashSet<string> Matched { get; } = [];

        public HashSet<string> Unmatched { get; } = [];

        private bool AtEnd => _at >= source.Length;

        private char Peek => source[_at];

        public string Whole(out IReadOnlyList<string> words)
        {
            try
            {
                var result = new Result();
                Until(null, options.KeepEscapes, result);
                words = result.Words();
                return result.Text.ToString();
            }
            catch (ExpansionException e)
            {
                throw CortenException.Invalid($"failed to process {GoText.Quote(source)}: {e.Message}", e);
            }
        }

        /// <summary>Reads up to <paramref name="stop"/>, which is consumed, or to the end for null.</summary>
        private void Until(char? stop, bool keepEscapes, Result result)
        {
            while (!AtEnd)
            {
                var c = Peek;
                if (c == stop)
                {
                    _at++;
                    return;
                }

                switch (c)
                {
                    case '$':
                        result.AddSplit(Dollar());
                        break;
                    case '<':
                        result.AddWhole(HeredocOpening());
                        break;
                    case '\'' when !options.IgnoreQuotes:
                        result.AddWhole(SingleQuoted());
                        break;
                    case '"' when !options.IgnoreQuotes:
                        result.AddWhole(DoubleQuoted(keepEscapes));
                        break;
                    default:
                        Plain(keepEscapes, result);
                        break;
                }
            }

            if (stop is not null)
            {
                throw new ExpansionException($"unexpected end of statement while looking for matching {stop}");
            }
        }

        private void Plain(bool keepEscapes, Result result)
        {
            var c = source[_at++];
            if (c != escape)
            {
                result.AddSplit(c.ToString());
                return;
            }

            if (keepEscapes)
            {
                result.AddWhole(c.ToString());
            }

            if (!AtEnd)
            {
                result.AddWhole(source[_at++].ToString());
            }
        }

        private string SingleQuoted()
        {
            var end = source.IndexOf('\'', _at + 1);
            if (end < 0)
            {
                throw new ExpansionException("unexpected end of statement while looking for matching single-quote");
            }

            var text = options.KeepQuotes ? source[_at..(end + 1)] : source[(_at + 1)..end];
            _at = end + 1;
            return text;
        }

        private string DoubleQuoted(bool keepEscapes)
        {
            var text = new StringBuilder(options.KeepQuotes ? "\"" : "");
            for (_at++; !AtEnd;)
            {
                var c = Peek;
                if (c == '"')
                {
                    _at++;
                    return text.Append(options.KeepQuotes ? "\"" : "").ToString();
                }

                if (c == '$')
                {
                    text.Append(Dollar());
                    continue;
                }

                _at++;
                if (c == escape)
                {
                    text.Append(keepEscapes ? c.ToString() : "");
                    if (AtEnd)
                    {
                        continue;
                    }

                    c = Peek is '"' or '$' || Peek == escape ? source[_at++] : c;
                }

                text.Append(c);
            }

            throw new ExpansionException("unexpected end of statement while looking for matching double-quote");
        }

        /// <summary><c>&lt;&lt;</c> may be parted from its word by blanks, which then belong to the word.</summary>
        private string HeredocOpening()
        {
            var start = _at++;
            if (AtEnd || Peek != '<')
            {
                return "<";
            }

            for (_at++; !AtEnd && Peek is ' ' or '\t';)
            {
                _at++;
                if (AtEnd)
                {
                    break;
                }
            }

            return source[start.._at];
        }

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

            if (++_depth > MaxDepth)
            {
                throw new ExpansionException($"substitutions are nested more than {MaxDepth} deep");
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
                modifier += AtEnd ? "" : source[_at++];
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
            var word = new Result();
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
            if (_substituted > MaxLength)
            {
                throw new ExpansionException($"expands to more than {MaxLength} characters");
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

    /// <summary>The text so far, and the same cut into words.</summary>
    private sealed class Result
    {
        private readonly List<string> _words = [];
        private readonly StringBuilder _word = new();

        public StringBuilder Text { get; } = new();

        public void AddSplit(string text)
        {
            Text.Append(text);
            foreach (var c in text)
            {
                if (char.IsWhiteSpace(c))
                {
                    Close();
                }
                else
                {
                    _word.Append(c);
                }
            }
        }

        public void AddWhole(string text)
        {
            Text.Append(text);
            _word.Append(text);
        }

        public IReadOnlyList<string> Words()
        {
            Close();
            return _words;
        }

        private void Close()
        {
            if (_word.Length > 0)
            {
                _words.Add(_word.ToString());
                _word.Clear();
            }
        }
    }

    private sealed class ExpansionException(string message) : Exception(message);
}
