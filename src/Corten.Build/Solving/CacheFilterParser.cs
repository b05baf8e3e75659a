using System.Text;
using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Build.Solving;

/// <summary>Reads one filter of <see cref="CacheFilter"/>, from left to right; its errors show the place, in BuildKit's words.</summary>
internal sealed class CacheFilterParser(string text)
{
    private const string OperatorSigns = "=!~";

    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private int _at;

    public IReadOnlyList<CacheFilter.Selector> Selectors()
    {
        var selectors = new List<CacheFilter.Selector> { Selector() };
        while (_at < text.Length)
        {
            if (text[_at] != ',')
            {
                throw Error(_at, $"unexpected input: {text[_at]}");
            }

            _at++;
            selectors.Add(Selector());
        }

        return selectors;
    }

    private CacheFilter.Selector Selector()
    {
        var field = Field();
        if (_at == text.Length || text[_at] == ',')
        {
            return new CacheFilter.Selector(field, CacheFilter.Operator.Present, "", null);
        }

        var kind = Operator();
        // A script whose variable is empty must not mean everything.
        var value = _at == text.Length || text[_at] == ',' ? throw Error(_at, "expected value or quoted") : text[_at] == '"' ? Quoted() : UpTo(",");
        return new CacheFilter.Selector(field, kind, value, kind == CacheFilter.Operator.Matches ? Expression(value) : null);
    }

    private string Field()
    {
        var start = _at;
        var field = _at < text.Length && text[_at] == '"' ? Quoted() : UpTo("," + OperatorSigns);
        return field.Length > 0 ? field : throw Error(start, "expected field or quoted");
    }

    private CacheFilter.Operator Operator()
    {
        var start = _at;
        while (_at < text.Length && OperatorSigns.Contains(text[_at]))
        {
            _at++;
        }

        return text[start.._at] switch
        {
            "==" => CacheFilter.Operator.Equal,
            "!=" => CacheFilter.Operator.NotEqual,
            "~=" => CacheFilter.Operator.Matches,
            "" => throw Error(start, "expected an operator"),
            var other => throw Error(start, $"unsupported operator \"{other}\""),
        };
    }

    private string UpTo(string ends)
    {
        var end = text.AsSpan(_at).IndexOfAny(ends);
        var part = end < 0 ? text[_at..] : text[_at..(_at + end)];
        _at += part.Length;
        return part;
    }

    private string Quoted()
    {
        var start = _at++;
        var value = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            if (text[_at] == '"')
            {
                _at++;
                return value.ToString();
            }

            // A backslash keeps a quote or a backslash from its meaning; expressions have others of their own.
            if (text[_at] == '\\' && _at + 1 < text.Length && text[_at + 1] is ('"' or '\\'))
            {
                _at++;
            }

            value.Append(text[_at]);
        }

        throw Error(start, "quoted literal not terminated");
    }

    private Regex Expression(string value)
    {
        try
        {
            return new Regex(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchLimit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw CortenException.Invalid($"filters: parse error: [{text}]: the expression can't be read", e);
        }
    }

    private CortenException Error(int at, string expected) => CortenException.Invalid(
        at < text.Length ? $"filters: parse error: [{text[..at]} >|{text[at]}|< {text[(at + 1)..]}]: {expected}" : $"filters: parse error: [{text}]: {expected}");
}
