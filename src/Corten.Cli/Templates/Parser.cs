using System.Globalization;

namespace Corten.Cli.Templates;

/// <summary>Makes a tree of a template's tokens.</summary>
internal sealed class Parser
{
    private const int MaxDepth = 100;
    private const int MostShown = 10;

    private readonly string source;
    private readonly List<Token> tokens;
    private readonly List<string> variables = ["$"];
    private int next;
    private int ranges;
    private int depth;

    private readonly string name;

    private Parser(string name, string source)
    {
        (this.name, this.source) = (name, source);
        tokens = new Lexer(name, source).Run();
    }

    /// <summary>Named parts: <c>define</c> and <c>block</c>.</summary>
    private Dictionary<string, Node[]> Parts { get; } = [];

    public static (Node[] Body, Dictionary<string, Node[]> Parts) Parse(string name, string source)
    {
        var parser = new Parser(name, source);
        var (body, end) = parser.Body();
        if (end != "")
        {
            throw parser.Wrong($"unexpected {{{{{end}}}}}");
        }
        return (body, parser.Parts);
    }

    /// <summary>Reads until <c>end</c>, <c>else</c> or the end of the text, and answers which it was; an <c>else</c> leaves the reader behind that word.</summary>
    private (Node[] Nodes, string End) Body()
    {
        if (++depth > MaxDepth)
        {
            throw Wrong("template nests too deeply");
        }
        var nodes = new List<Node>();
        var ending = "";
        while (Peek().Kind != TokenKind.End)
        {
            var token = Take();
            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.At, token.Text));
                continue;
            }
            SkipSpace();
            var word = Peek();
            if (word is { Kind: TokenKind.Identifier, Text: "end" or "else" })
            {
                Take();
                if (word.Text == "end")
                {
                    Close("end");
                }
                ending = word.Text;
                break;
            }
            if (Action(token.At) is { } node)
            {
                nodes.Add(node);
            }
        }
        depth--;
        return ([.. nodes], ending);
    }

    private Node? Action(int at)
    {
        var word = Peek();
        if (word.Kind == TokenKind.Identifier)
        {
            switch (word.Text)
            {
                case "if":
                    Take();
                    return Branch("if", at, static (at, value, then, other) => new IfNode(at, value, then, other));
                case "with":
                    Take();
                    return Branch("with", at, static (at, value, then, other) => new WithNode(at, value, then, other));
                case "range":
                    Take();
                    ranges++;
                    return Branch("range", at, static (at, value, then, other) => new RangeNode(at, value, then, other));
                case "break" or "continue":
                    Take();
                    if (ranges == 0)
                    {
                        throw Wrong($"{{{{{word.Text}}}}} outside {{{{range}}}}");
                    }
                    Close(word.Text);
                    return word.Text == "break" ? new BreakNode(at) : new ContinueNode(at);
                case "define":
                    Take();
                    Define();
                    return null;
                case "block" or "template":
                    Take();
                    return Call(word.Text == "block", at);
            }
        }
        var pipeline = Pipeline("command", TokenKind.Close);
        return new ActionNode(at, pipeline);
    }

    private Node Branch(string keyword, int at, Func<int, Pipeline, Node[], Node[], Node> make)
    {
        var scope = variables.Count;
        var value = Pipeline(keyword, TokenKind.Close);
        var (then, ending) = Body();
        if (keyword == "range")
        {
            ranges--;
        }
        Node[] other = [];
        if (ending == "else")
        {
            SkipSpace();
            if (keyword != "range" && Peek() is { Kind: TokenKind.Identifier } word && word.Text == keyword)
            {
                Take();
                other = [Branch(keyword, word.At, make)];
                variables.RemoveRange(scope, variables.Count - scope);
                return make(at, value, then, other);
            }
            Close("else");
            (other, ending) = Body();
        }
        if (ending != "end")
        {
            throw Wrong(ending == "else" ? "expected end; found {{else}}" : "unexpected EOF");
        }
        variables.RemoveRange(scope, variables.Count - scope);
        return make(at, value, then, other);
    }

    private void Define()
    {
        var part = Name("define");
        Close("define clause");
        var (body, ending) = Body();
        if (ending != "end")
        {
            throw Wrong("unexpected EOF");
        }
        Parts[part] = body;
    }

    private CallNode Call(bool block, int at)
    {
        SkipSpace();
        at = block ? at : Peek().At;
        var part = Name(block ? "block" : "template");
        SkipSpace();
        Pipeline? argument = null;
        if (Peek().Kind == TokenKind.Close)
        {
            Take();
        }
        else
        {
            argument = Pipeline("template clause", TokenKind.Close);
        }
        if (block)
        {
            var (body, ending) = Body();
            if (ending != "end")
            {
                throw Wrong("unexpected EOF");
            }
            Parts.TryAdd(part, body);
        }
        return new CallNode(at, part, argument);
    }

    private string Name(string context)
    {
        SkipSpace();
        var token = Take();
        return token.Kind is TokenKind.String or TokenKind.RawString ? Literals.Unquote(token.Text)
            : throw Wrong($"unexpected {Shown(token)} in {context} clause");
    }

    private Pipeline Pipeline(string context, TokenKind end)
    {
        SkipSpace();
        var at = Peek().At;
        var (declared, assigns) = Declarations(context);
        var commands = new List<CommandNode>();
        while (true)
        {
            SkipSpace();
            var token = Peek();
            if (token.Kind == end)
            {
                Take();
                if (commands.Count == 0)
                {
                    throw Wrong($"missing value for {context}");
                }
                break;
            }
            if (commands.Count > 0)
            {
                if (token.Kind != TokenKind.Pipe)
                {
                    throw Wrong($"unexpected {Shown(token)} in operand");
                }
                Take();
                SkipSpace();
            }
            commands.Add(Command(end));
        }
        for (var i = 1; i < commands.Count; i++)
        {
            if (commands[i].Words[0] is LiteralNode or DotNode or NilNode)
            {
                throw Wrong($"non executable command in pipeline stage {i + 1}");
            }
        }
        return new Pipeline(at, declared, assigns, [.. commands]);
    }

    private (string[] Variables, bool Assigns) Declarations(string context)
    {
        var mark = next;
        var names = new List<string>();
        while (Peek().Kind == TokenKind.Variable)
        {
            names.Add(Take().Text);
            SkipSpace();
            var token = Peek();
            if (token.Kind == TokenKind.Comma && context == "range" && names.Count < 2)
            {
                Take();
                SkipSpace();
                continue;
            }
            if (token.Kind is TokenKind.Declare or TokenKind.Assign)
            {
                Take();
                if (token.Kind == TokenKind.Declare)
                {
                    variables.AddRange(names);
                }
                return ([.. names], token.Kind == TokenKind.Assign);
            }
            break;
        }
        next = mark;
        return ([], false);
    }

    private CommandNode Command(TokenKind end)
    {
        var at = Peek().At;
        var words = new List<Node>();
        while (true)
        {
            SkipSpace();
            var kind = Peek().Kind;
            if (kind is TokenKind.Pipe || kind == end)
            {
                break;
            }
            words.Add(Operand());
            var after = Peek();
            if (after.Kind is not (TokenKind.Space or TokenKind.Pipe or TokenKind.Close or TokenKind.RightParenthesis))
            {
                throw Wrong($"unexpected {Shown(after)} in operand");
            }
        }
        return words.Count > 0 ? new CommandNode(at, [.. words]) : throw Wrong("empty command");
    }

    private Node Operand()
    {
        var token = Take();
        Node node;
        switch (token.Kind)
        {
            case TokenKind.LeftParenthesis:
                node = Pipeline("parenthesized pipeline", TokenKind.RightParenthesis);
                break;
            case TokenKind.Dot:
                node = new DotNode(token.At);
                break;
            case TokenKind.Field:
                node = new FieldNode(token.At, [token.Text[1..]]);
                break;
            case TokenKind.Variable:
                if (!variables.Contains(token.Text))
                {
                    throw Wrong($"undefined variable \"{token.Text}\"");
                }
                node = new VariableNode(token.At, token.Text, []);
                break;
            case TokenKind.Identifier when token.Text is "true" or "false":
                node = new LiteralNode(token.At, token.Text == "true", token.Text);
                break;
            case TokenKind.Identifier when token.Text == "nil":
                node = new NilNode(token.At);
                break;
            case TokenKind.Identifier:
                if (!Functions.Exists(token.Text))
                {
                    throw Wrong($"function \"{token.Text}\" not defined");
                }
                return new FunctionNode(token.At, token.Text);
            case TokenKind.Number or TokenKind.Character or TokenKind.String or TokenKind.RawString:
                node = new LiteralNode(token.At, Literals.Value(token) ?? throw Wrong(token.Kind == TokenKind.Character ? $"malformed character constant: {token.Text}" : $"illegal number syntax: {Output.GoQuote.Quote(token.Text)}"), token.Text);
                break;
            default:
                throw Wrong(token.Kind == TokenKind.End ? "unclosed action" : $"unexpected {Shown(token)} in operand");
        }
        return Fields(node);
    }

    /// <summary>Field tokens that follow without a space belong to the operand before them.</summary>
    private Node Fields(Node node)
    {
        var names = new List<string>();
        var at = Peek().At;
        while (Peek().Kind == TokenKind.Field)
        {
            names.Add(Take().Text[1..]);
        }
        return names.Count == 0 ? node : node switch
        {
            FieldNode field => new FieldNode(at, [.. field.Names, .. names]),
            VariableNode variable => new VariableNode(at, variable.Name, [.. names]),
            Pipeline inner => new ChainNode(at, inner, [.. names]),
            DotNode => throw Wrong("unexpected . after term \".\""),
            _ => throw Wrong($"unexpected . after term \"{node}\""),
        };
    }

    private void Close(string context)
    {
        SkipSpace();
        var token = Take();
        if (token.Kind != TokenKind.Close)
        {
            throw Wrong($"unexpected {Shown(token)} in {context}");
        }
    }

    private void SkipSpace()
    {
        while (tokens[next].Kind == TokenKind.Space)
        {
            next++;
        }
    }

    private Token Peek() => tokens[next] is { Kind: not TokenKind.Wrong } token ? token : throw new TemplateException(tokens[next].Text, parsing: true);

    private Token Take()
    {
        var token = Peek();
        next += next < tokens.Count - 1 ? 1 : 0;
        return token;
    }

    private static string Shown(Token token) => token.Kind switch
    {
        TokenKind.End => "EOF",
        TokenKind.Dot => "<.>",
        TokenKind.Identifier when token.Text is "if" or "else" or "end" or "range" or "with" or "define" or "template" or "block" or "break" or "continue" or "nil" => $"<{token.Text}>",
        _ when token.Text.Length > MostShown => Output.GoQuote.Quote(token.Text[..MostShown]) + "...",
        _ => Output.GoQuote.Quote(token.Text),
    };

    private TemplateException Wrong(string what)
    {
        var at = Math.Min(tokens[Math.Max(0, next - 1)].At, source.Length);
        return new($"template: {name}:{(source.AsSpan(0, at).Count('\n') + 1).ToString(CultureInfo.InvariantCulture)}: {what}", parsing: true);
    }
}
