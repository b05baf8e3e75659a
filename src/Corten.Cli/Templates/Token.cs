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

    /// <summary>What follows can't be read; the text says why.</summary>
    Wrong,
}

internal readonly record struct Token(TokenKind Kind, int At, string Text);
