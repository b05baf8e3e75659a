namespace Corten.Cli.Templates;

internal enum TokenKind
{
    Text,
    Open,
    Close,
    Space,
    Identifier,
    Field,
    Variable,
    Dot,
    Number,
    String,
    RawString,
    Character,
    Pipe,
    Declare,
    Assign,
    Comma,
    LeftParenthesis,
    RightParenthesis,
    End,
}

internal readonly record struct Token(TokenKind Kind, int At, string Text);
