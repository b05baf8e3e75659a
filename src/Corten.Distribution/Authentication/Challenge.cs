using Corten.Oci.Errors;

namespace Corten.Distribution.Authentication;

/// <summary>
/// One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, 11.6.1): a scheme in lower case and its parameters, names in lower case.
/// Parsing is bounded and never throws: what is malformed ends the header at that point.
/// </summary>
public sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Header values longer than this are cut; no registry's challenge comes near.</summary>
    public const int MaxHeaderLength = 16 * 1024;

    /// <summary>More challenges than this in one answer are ignored.</summary>
    public const int MaxChallenges = 16;

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>Every challenge in <paramref name="headers"/>, in their order.</summary>
    public static IReadOnlyList<Challenge> Parse(IEnumerable<string> headers)
    {
        var challenges = new List<Challenge>();
        foreach (var header in headers)
        {
            new Scanner(header.Length > MaxHeaderLength ? header[..MaxHeaderLength] : header).ReadAll(challenges);
        }

        return challenges;
    }

    private ref struct Scanner(string text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _at;

        public void ReadAll(List<Challenge> into)
        {
            while (into.Count < MaxChallenges)
            {
                SkipSeparators();
                var scheme = ReadToken();
                if (scheme.Length == 0)
                {
                    return;
                }

                var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
                var well = ReadParameters(parameters);
                into.Add(new Challenge(scheme.ToString().ToLowerInvariant(), parameters));
                if (!well)
                {
                    return;
                }
            }
        }

        /// <summary>Reads <c>name=value</c> pairs until the next scheme or the end; false if the header is malformed from here.</summary>
        private bool ReadParameters(Dictionary<string, string> parameters)
        {
            while (true)
            {
                SkipSeparators();
                var start = _at;
                var name = ReadToken();
                if (name.Length == 0)
                {
                    return _at == _text.Length;
                }

                SkipSpaces();
                if (_at == _text.Length || _text[_at] != '=')
                {
                    // A token without '=' is the next challenge's scheme.
                    _at = start;
                    return true;
                }

                _at++;
                SkipSpaces();
                if (!TryReadValue(out var value))
                {
                    return false;
                }

                parameters.TryAdd(name.ToString().ToLowerInvariant(), value);
            }
        }

        private bool TryReadValue(out string value)
        {
            if (_at < _text.Length && _text[_at] == '"')
            {
                return TryReadQuoted(out value);
            }

            var start = _at;
            while (_at < _text.Length && _text[_at] is not (',' or ' ' or '\t'))
            {
                _at++;
            }

            value = _text[start.._at].ToString();
            return true;
        }

        private bool TryReadQuoted(out string value)
        {
            var content = new System.Text.StringBuilder();
            for (_at++; _at < _text.Length; _at++)
            {
                var c = _text[_at];
                if (c == '"')
                {
                    _at++;
                    value = content.ToString();
                    return true;
                }

                if (c == '\\' && ++_at < _text.Length)
                {
                    c = _text[_at];
                }

                content.Append(c);
            }

            value = "";
            return false;
        }

        private ReadOnlySpan<char> ReadToken()
        {
            var start = _at;
            while (_at < _text.Length && IsTokenChar(_text[_at]))
            {
                _at++;
            }

            return _text[start.._at];
        }

        private void SkipSeparators()
        {
            while (_at < _text.Length && _text[_at] is (' ' or '\t' or ','))
            {
                _at++;
            }
        }

        private void SkipSpaces()
        {
            while (_at < _text.Length && _text[_at] is (' ' or '\t'))
            {
                _at++;
            }
        }

        private static bool IsTokenChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c);
    }
}

/// <summary>A <c>Bearer</c> challenge: where tokens come from (docs of distribution, "Token Authentication").</summary>
public sealed record TokenChallenge(Uri Realm, string Service, string? Scope)
{
    /// <exception cref="CortenException">The realm is missing or is no http(s) address.</exception>
    public static TokenChallenge From(Challenge challenge)
    {
        var realm = challenge["realm"] ?? throw CortenException.Internal("no realm specified for token auth challenge");
        if (!Uri.TryCreate(realm, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            throw CortenException.Internal($"invalid token auth challenge realm: \"{realm}\"");
        }

        return new TokenChallenge(uri, challenge["service"] ?? "", challenge["scope"]);
    }
}
