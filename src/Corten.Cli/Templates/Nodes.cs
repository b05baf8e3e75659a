namespace Corten.Cli.Templates;

/// <summary>A part of a parsed template.</summary>
/// <param name="At">Its offset in the text, for messages.</param>
internal abstract record Node(int At);

internal sealed record TextNode(int At, string Text) : Node(At);

internal sealed record ActionNode(int At, Pipeline Pipeline) : Node(At);

internal sealed record IfNode(int At, Pipeline Condition, Node[] Then, Node[] Else) : Node(At);

internal sealed record WithNode(int At, Pipeline Value, Node[] Then, Node[] Else) : Node(At);

internal sealed record RangeNode(int At, Pipeline Value, Node[] Body, Node[] Else) : Node(At);

internal sealed record BreakNode(int At) : Node(At);

internal sealed record ContinueNode(int At) : Node(At);

internal sealed record CallNode(int At, string Name, Pipeline? Argument) : Node(At)
{
    public override string ToString() => $"{{{{template {Output.GoQuote.Quote(Name)}{(Argument is null ? "" : $" {Argument}")}}}}}";
}

/// <summary>Commands joined by <c>|</c>, whose value may be given to variables.</summary>
internal sealed record Pipeline(int At, string[] Variables, bool Assigns, CommandNode[] Commands) : Node(At)
{
    public override string ToString()
    {
        var commands = string.Join(" | ", (object[])Commands);
        return Variables.Length == 0 ? commands : $"{string.Join(", ", Variables)} {(Assigns ? "=" : ":=")} {commands}";
    }
}

/// <summary>An operand with arguments.</summary>
internal sealed record CommandNode(int At, Node[] Words) : Node(At)
{
    public override string ToString()
        => string.Join(' ', Words.Select(static word => word is Pipeline inner ? $"({inner})" : word.ToString()));
}

internal sealed record DotNode(int At) : Node(At)
{
    public override string ToString() => ".";
}

internal sealed record NilNode(int At) : Node(At)
{
    public override string ToString() => "nil";
}

/// <summary>A number, string, boolean or character.</summary>
internal sealed record LiteralNode(int At, object? Value, string Source) : Node(At)
{
    public override string ToString() => Source;
}

/// <summary>Fields of the dot: <c>.A.B</c>.</summary>
internal sealed record FieldNode(int At, string[] Names) : Node(At)
{
    public override string ToString() => "." + string.Join('.', Names);
}

/// <summary>A variable and fields of it: <c>$x.A</c>.</summary>
internal sealed record VariableNode(int At, string Name, string[] Names) : Node(At)
{
    public override string ToString() => Names.Length == 0 ? Name : $"{Name}.{string.Join('.', Names)}";
}

/// <summary>Fields of a parenthesised pipeline: <c>(index .A 0).B</c>.</summary>
internal sealed record ChainNode(int At, Pipeline Inner, string[] Names) : Node(At)
{
    public override string ToString() => $"({Inner}).{string.Join('.', Names)}";
}

internal sealed record FunctionNode(int At, string Name) : Node(At)
{
    public override string ToString() => Name;
}
