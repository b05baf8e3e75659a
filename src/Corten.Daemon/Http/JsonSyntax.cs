using System.Text;

namespace Corten.Daemon.Http;

/// <summary>Finds where a text stops to be JSON, in the words of Go's scanner: <c>invalid character 'b' looking for beginning of object key string</c>.</summary>
internal ref struct JsonSyntax
{
    /// <summary>As deep as the decoder goes.</summary>
    private const int MaxDepth = 64;

    private const string CutShort = "unexpected EOF";

    private readonly ReadOnlySpan<byte> _json;
    private int _at;

    private JsonSyntax(ReadOnlySpan<byte> json) => _json = json;

    /// <returns>Null when nothing is wrong with the first value.</returns>
    public static string? Describe(ReadOnlySpan<byte> json) => new JsonSyntax(json).Value(0);

    private string? Value(int depth)
    {
        if (depth > MaxDepth)
        {
            return "exceeded max depth";
        }

        if (!SkipSpace())
        {
            return CutShort;
        }

        return _json[_at] switch
        {
            (byte)'{' => Object(depth),
            (byte)'[' => Array(depth),
            (byte)'"' => String(),
            (byte)'t' => Literal("true"),
            (byte)'f' => Literal("false"),
            (byte)'n' => Literal("null"),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(),
            _ => Unexpected("looking for beginning of value"),
        };
    }

    private string? Object(int depth)
    {
        _at++;
        for (var first = true; ; first = false)
        {
            if (!SkipSpace())
            {
                return CutShort;
            }

            if (first && _json[_at] == '}')
            {
                _at++;
                return null;
            }

            if (_json[_at] != '"')
            {
                return Unexpected("looking for beginning of object key string");
            }

            if ((String() ?? Separator(':', "after object key") ?? Value(depth + 1)) is { } mistake)
            {
                return mistake;
            }

            if (!SkipSpace())
            {
                return CutShort;
            }

            if (_json[_at] is not ((byte)',' or (byte)'}'))
            {
                return Unexpected("after object key:value pair");
            }

            if (_json[_at++] == '}')
            {
                return null;
            }
        }
    }

    private string? Array(int depth)
    {
        _at++;
        if (SkipSpace() && _json[_at] == ']')
        {
            _at++;
            return null;
        }

        while (true)
        {
            if (Value(depth + 1) is { } mistake)
            {
                return mistake;
            }

            if (!SkipSpace())
            {
                return CutShort;
            }

            if (_json[_at] is not ((byte)',' or (byte)']'))
            {
                return Unexpected("after array element");
            }

            if (_json[_at++] == ']')
            {
                return null;
            }
        }
    }

    private string? Separator(char separator, string where)
    {
        if (!SkipSpace())
        {
            return CutShort;
        }

        return _json[_at] == separator ? Next() : Unexpected(where);
    }

    private string? String()
    {
        for (_at++; _at < _json.Length; _at++)
        {
            switch (_json[_at])
            {
                case (byte)'"':
                    return Next();
                case < 0x20:
                    return Unexpected("in string literal");
                case (byte)'\\' when ++_at >= _json.Length:
                    return CutShort;
                case (byte)'\\' when !"\"\\/bfnrtu"u8.Contains(_json[_at]):
                    return Unexpected("in string escape code");
            }
        }

        return CutShort;
    }

    private string? Literal(string word)
    {
        for (var i = 0; i < word.Length; i++, _at++)
        {
            if (_at >= _json.Length)
            {
                return CutShort;
            }

            if (_json[_at] != word[i])
            {
                return Unexpected($"in literal {word} (expecting '{word[i]}')");
            }
        }

        return null;
    }

    private string? Number()
    {
        if (_json[_at] == '-' && (++_at >= _json.Length || !char.IsAsciiDigit((char)_json[_at])))
        {
            return _at >= _json.Length ? CutShort : Unexpected("in numeric literal");
        }

        while (_at < _json.Length && (char.IsAsciiDigit((char)_json[_at]) || "+-.eE"u8.Contains(_json[_at])))
        {
            _at++;
        }

        return null;
    }

    private string? Next()
    {
        _at++;
        return null;
    }

    private string Unexpected(string where) => Rune.DecodeFromUtf8(_json[_at..], out var rune, out _) == System.Buffers.OperationStatus.Done
        ? $"invalid character {(rune.Value == '\'' ? "'\\''" : $"'{rune}'")} {where}"
        : $"invalid character '\\x{_json[_at]:x2}' {where}";

    private bool SkipSpace()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
        }

        return _at < _json.Length;
    }
}
