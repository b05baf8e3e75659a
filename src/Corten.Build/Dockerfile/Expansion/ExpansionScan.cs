using System.Text;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>One expansion under way: text, quotes and escapes. What a dollar begins is in the other part.</summary>
internal sealed partial class ExpansionScan(VariableExpander options, char escape, string source, IVariables variables)
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
            var result = new ExpansionResult();
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
    private void Until(char? stop, bool keepEscapes, ExpansionResult result)
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

    private void Plain(bool keepEscapes, ExpansionResult result)
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
}
