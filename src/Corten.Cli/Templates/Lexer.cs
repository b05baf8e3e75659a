namespace Corten.Cli.Templates;

/// <summary>Cuts a template into tokens: text outside of <c>{{…}}</c>, words inside. <c>{{-</c> and <c>-}}</c> trim the text beside them.</summary>
internal sealed class Lexer(string name, string source)
{
    private const string Left = "{{";
    private const string Right = "}}";

    private readonly List<Token> tokens = [];
    private int at;

    /// <returns>The last is the end, or says what is wrong: a mistake of the parser's before that comes first.</returns>
    public List<Token> Run()
    {
        try
        {
            Read();
            tokens.Add(new(TokenKind.End, source.Length, ""));
        }
        catch (TemplateException wrong)
        {
            tokens.Add(new(TokenKind.Wrong, at, wrong.Message));
        }
        return tokens;
    }

    private void Read()
    {
        var trim = false;
        while (at < source.Length)
        {
            var open = source.IndexOf(Left, at, StringComparison.Ordinal);
            var text = open < 0 ? source[at..] : source[at..open];
            var start = at;
            if (trim)
            {
                text = text.TrimStart(' ', '\t', '\r', '\n');
            }
            if (open >= 0 && IsTrimmedOpen(open))
            {
                text = text.TrimEnd(' ', '\t', '\r', '\n');
            }
            if (text.Length > 0)
            {
                tokens.Add(new(TokenKind.Text, start, text));
            }
            if (open < 0)
            {
                at = source.Length;
                break;
            }
            at = open + Left.Length + (IsTrimmedOpen(open) ? 1 : 0);
            trim = Action(open);
        }
    }

    private bool IsTrimmedOpen(int open) => open + 3 < source.Length && source[open + 2] == '-' && IsSpace(source[open + 3]);

    /// <summary>Reads up to the closing braces; answers whether they trim what follows.</summary>
    private bool Action(int open)
    {
        var comment = at;
        while (comment < source.Length && IsSpace(source[comment]))
        {
            comment++;
        }
        if (string.CompareOrdinal(source, comment, "/*", 0, 2) == 0)
        {
            return Comment(comment);
        }
        tokens.Add(new(TokenKind.Open, open, Left));
        var depth = 0;
        while (true)
        {
            if (at >= source.Length)
            {
                throw Wrong("unclosed action");
            }
            if (at + 3 <= source.Length && at > 0 && IsSpace(source[at - 1]) && string.CompareOrdinal(source, at, "-}}", 0, 3) == 0)
            {
                Close(3, depth);
                return true;
            }
            if (string.CompareOrdinal(source, at, Right, 0, 2) == 0)
            {
                Close(2, depth);
                return false;
            }
            Word(ref depth);
        }
    }

    private void Close(int length, int depth)
    {
        if (depth > 0)
        {
            throw Wrong("unclosed left paren");
        }
        tokens.Add(new(TokenKind.Close, at, Right));
        at += length;
    }

    private bool Comment(int start)
    {
        var end = source.IndexOf("*/", start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Wrong("unclosed comment");
        }
        var close = end + 2;
        var trims = close < source.Length && IsSpace(source[close]);
        while (close < source.Length && IsSpace(source[close]))
        {
            close++;
        }
        var dash = trims && close < source.Length && source[close] == '-';
        close += dash ? 1 : 0;
        if (string.CompareOrdinal(source, close, Right, 0, 2) != 0)
        {
            throw Wrong("comment ends before closing delimiter");
        }
        at = close + 2;
        return dash;
    }

    private void Word(ref int depth)
    {
        var start = at;
        var c = source[at];
        if (IsSpace(c))
        {
            while (at < source.Length && IsSpace(source[at]))
            {
                at++;
            }
            Add(TokenKind.Space, start);
        }
        else if (c == '"' || c == '\'')
        {
            Quoted(c);
        }
        else if (c == '`')
        {
            var end = source.IndexOf('`', at + 1);
            at = end < 0 ? throw Wrong("unterminated raw quoted string") : end + 1;
            Add(TokenKind.RawString, start);
        }
        else if (c == '.' && at + 1 < source.Length && !char.IsAsciiDigit(source[at + 1]))
        {
            at++;
            TakeName();
            Add(at == start + 1 ? TokenKind.Dot : TokenKind.Field, start);
        }
        else if (c == '$')
        {
            at++;
            TakeName();
            Add(TokenKind.Variable, start);
        }
        else if (char.IsAsciiDigit(c) || c is '+' or '-' or '.')
        {
            TakeNumber();
            Add(TokenKind.Number, start);
        }
        else if (char.IsLetter(c) || c == '_')
        {
            TakeName();
            Add(TokenKind.Identifier, start);
        }
        else
        {
            Mark(c, ref depth);
        }
    }

    private void Mark(char c, ref int depth)
    {
        var start = at;
        at++;
        switch (c)
        {
            case '|': Add(TokenKind.Pipe, start); break;
            case ',': Add(TokenKind.Comma, start); break;
            case '=': Add(TokenKind.Assign, start); break;
            case ':' when at < source.Length && source[at] == '=':
                at++;
                Add(TokenKind.Declare, start);
                break;
            case ':': throw Wrong("expected :=");
            case '(':
                depth++;
                Add(TokenKind.LeftParenthesis, start);
                break;
            case ')':
                if (--depth < 0)
                {
                    throw Wrong("unexpected right paren");
                }
                Add(TokenKind.RightParenthesis, start);
                break;
            default:
                throw Wrong($"unrecognized character in action: U+{(int)c:X4} '{c}'");
        }
    }

    private void Quoted(char quote)
    {
        var start = at++;
        while (true)
        {
            if (at >= source.Length || source[at] == '\n')
            {
                throw Wrong(quote == '"' ? "unterminated quoted string" : "unterminated character constant");
            }
            if (source[at] == '\\')
            {
                at += 2;
                continue;
            }
            if (source[at++] == quote)
            {
                Add(quote == '"' ? TokenKind.String : TokenKind.Character, start);
                return;
            }
        }
    }

    private void TakeName()
    {
        TakeAll(IsWord);
        if (at < source.Length && !IsSpace(source[at]) && source[at] is not ('.' or ',' or '|' or ':' or ')' or '(') && string.CompareOrdinal(source, at, Right, 0, 2) != 0)
        {
            throw Wrong($"bad character U+{(int)source[at]:X4} '{source[at]}'");
        }
    }

    /// <summary>A sign, digits of the base that the prefix says, a fraction and an exponent: whether that makes a number is seen later.</summary>
    private void TakeNumber()
    {
        var start = at;
        Take('+', '-');
        Func<char, bool> digit = static c => char.IsAsciiDigit(c) || c == '_';
        var radix = 10;
        if (Take('0', '0'))
        {
            radix = Take('x', 'X') ? 16 : Take('o', 'O') ? 8 : Take('b', 'B') ? 2 : 10;
            digit = radix == 16 ? static c => char.IsAsciiHexDigit(c) || c == '_' : digit;
        }
        TakeAll(digit);
        if (Take('.', '.'))
        {
            TakeAll(digit);
        }
        if (radix == 10 ? Take('e', 'E') : radix == 16 && Take('p', 'P'))
        {
            Take('+', '-');
            TakeAll(static c => char.IsAsciiDigit(c) || c == '_');
        }
        if (at < source.Length && IsWord(source[at]))
        {
            at++;
            throw Wrong($"bad number syntax: {Output.GoQuote.Quote(source[start..at])}");
        }
    }

    private bool Take(char one, char other)
    {
        var taken = at < source.Length && (source[at] == one || source[at] == other);
        at += taken ? 1 : 0;
        return taken;
    }

    private void TakeAll(Func<char, bool> wanted)
    {
        while (at < source.Length && wanted(source[at]))
        {
            at++;
        }
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private void Add(TokenKind kind, int start) => tokens.Add(new(kind, start, source[start..at]));

    private TemplateException Wrong(string what)
        => new($"template: {name}:{source.AsSpan(0, Math.Min(at, source.Length)).Count('\n') + 1}: {what}", parsing: true);

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';
}
