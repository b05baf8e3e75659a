using System.Text;

namespace Corten.Cli.Templates;

/// <summary>Walks a template's tree over one value.</summary>
internal sealed class Evaluator(string name, string source, Dictionary<string, Node[]> parts, StringBuilder output)
{
    private const int MaxCalls = 1000;
    private const int MaxOutput = 256 << 20;

    private readonly List<(string Name, object? Value)> variables = [];
    private int calls;

    private enum Flow
    {
        On,
        Break,
        Continue,
    }

    public void Run(Node[] body, object? value)
    {
        variables.Add(("$", value));
        Walk(body, value);
    }

    private Flow Walk(Node[] nodes, object? dot)
    {
        foreach (var node in nodes)
        {
            var flow = Walk(node, dot);
            if (flow != Flow.On)
            {
                return flow;
            }
        }
        return Flow.On;
    }

    private Flow Walk(Node node, object? dot)
    {
        switch (node)
        {
            case TextNode text:
                Write(text.Text);
                return Flow.On;
            case ActionNode action:
                var value = Evaluate(action.Pipeline, dot);
                if (action.Pipeline.Variables.Length == 0)
                {
                    Write(value is null ? "<no value>" : Values.Print(value));
                }
                return Flow.On;
            case IfNode branch:
                return Scoped(() => Walk(Values.Truth(Evaluate(branch.Condition, dot)) ? branch.Then : branch.Else, dot));
            case WithNode with:
                return Scoped(() =>
                {
                    var inner = Evaluate(with.Value, dot);
                    return Values.Truth(inner) ? Walk(with.Then, inner) : Walk(with.Else, dot);
                });
            case RangeNode range:
                return Scoped(() => Range(range, dot));
            case BreakNode:
                return Flow.Break;
            case ContinueNode:
                return Flow.Continue;
            case CallNode call:
                Call(call, dot);
                return Flow.On;
            default:
                throw new InvalidOperationException($"unknown node: {node}");
        }
    }

    private Flow Scoped(Func<Flow> walk)
    {
        var mark = variables.Count;
        var flow = walk();
        variables.RemoveRange(mark, variables.Count - mark);
        return flow;
    }

    private Flow Range(RangeNode range, object? dot)
    {
        var value = EvaluateCommands(range.Value, dot);
        var any = false;
        foreach (var (key, item) in Elements(range, value))
        {
            any = true;
            var mark = variables.Count;
            Bind(range.Value, key, item);
            var flow = Walk(range.Body, item);
            variables.RemoveRange(mark, variables.Count - mark);
            if (flow == Flow.Break)
            {
                break;
            }
        }
        return any ? Flow.On : Walk(range.Else, dot);
    }

    private IEnumerable<(object? Key, object? Item)> Elements(RangeNode range, object? value)
    {
        if (value is long count)
        {
            return Enumerable.Range(0, (int)Math.Clamp(count, 0, int.MaxValue)).Select(static i => ((object?)(long)i, (object?)(long)i));
        }
        if (value is null or NilPointer)
        {
            return [];
        }
        return Values.AsList(value)?.Select(static (item, i) => ((object?)(long)i, item))
            ?? (value is JsonValue { IsMap: false } ? null : Values.AsMap(value))?.Select(static pair => ((object?)pair.Key, pair.Value))
            ?? throw Wrong(range.Value, $"range can't iterate over {Values.Print(value)}");
    }

    private void Bind(Pipeline pipeline, object? key, object? item)
    {
        var names = pipeline.Variables;
        if (names.Length == 0)
        {
            return;
        }
        if (names.Length == 2)
        {
            Set(pipeline, names[0], key, pipeline.Assigns);
        }
        Set(pipeline, names[^1], item, pipeline.Assigns);
    }

    private void Set(Node node, string name, object? value, bool assigns)
    {
        if (assigns)
        {
            variables[PlaceOf(node, name)] = (name, value);
        }
        else
        {
            variables.Add((name, value));
        }
    }

    private void Call(CallNode call, object? dot)
    {
        if (!parts.TryGetValue(call.Name, out var body))
        {
            throw Wrong(call, $"template {Output.GoQuote.Quote(call.Name)} not defined");
        }
        if (++calls > MaxCalls)
        {
            throw Wrong(call, $"exceeded maximum template depth ({MaxCalls})");
        }
        var argument = call.Argument is null ? null : Evaluate(call.Argument, dot);
        new Evaluator(name, source, parts, output) { calls = calls }.Run(body, argument);
        calls--;
    }

    private object? Evaluate(Pipeline pipeline, object? dot)
    {
        var value = EvaluateCommands(pipeline, dot);
        foreach (var name in pipeline.Variables)
        {
            Set(pipeline, name, value, pipeline.Assigns);
        }
        return value;
    }

    private object? EvaluateCommands(Pipeline pipeline, object? dot)
    {
        object? value = null;
        for (var i = 0; i < pipeline.Commands.Length; i++)
        {
            value = Evaluate(pipeline.Commands[i], dot, i > 0, value);
        }
        return value;
    }

    private object? Evaluate(CommandNode command, object? dot, bool piped, object? last)
    {
        var head = command.Words[0];
        if (head is FunctionNode function)
        {
            return function.Name is "and" or "or" ? ShortCircuit(function.Name, command, dot, piped, last) : Invoke(function, command, dot, piped, last);
        }
        if (command.Words.Length > 1 || piped)
        {
            if (head is FieldNode { Names: ["Label"] } && dot is Row { HasLabels: true } row && command.Words.Length == 2)
            {
                return row.Value(Row.LabelPrefix + Values.Print(Evaluate(command.Words[1], dot)));
            }
            throw Wrong(head, head is FieldNode field ? $"{field.Names[^1]} is not a method but has arguments" : $"can't give argument to non-function {head}");
        }
        return head is NilNode ? throw Wrong(head, "nil is not a command") : Evaluate(head, dot);
    }

    private object? ShortCircuit(string name, CommandNode command, object? dot, bool piped, object? last)
    {
        var value = last;
        if (command.Words.Length == 1 && !piped)
        {
            throw Wrong(command, $"wrong number of args for {name}: want at least 1 got 0");
        }
        foreach (var word in command.Words.AsSpan(1))
        {
            value = Evaluate(word, dot);
            if (Values.Truth(value) == (name == "or"))
            {
                return value;
            }
        }
        return piped ? last : value;
    }

    private object? Invoke(FunctionNode function, CommandNode command, object? dot, bool piped, object? last)
    {
        var arguments = new object?[command.Words.Length - 1 + (piped ? 1 : 0)];
        var signature = Functions.SignatureOf(function.Name);
        if (signature.Misfit(function.Name, arguments.Length) is { } misfit)
        {
            throw Wrong(function, misfit);
        }
        for (var i = 1; i < command.Words.Length; i++)
        {
            var word = command.Words[i];
            if (word is LiteralNode literal && signature.RefusalOf(i - 1, literal) is { } refused)
            {
                throw Wrong(word, refused);
            }
            arguments[i - 1] = Fitting(word, signature, i - 1, Evaluate(word, dot));
        }
        if (piped)
        {
            arguments[^1] = Fitting(command.Words[^1], signature, arguments.Length - 1, last);
        }
        if (function.Name == "call")
        {
            // No value of ours is a function.
            throw Wrong(command, $"error calling call: non-function {command.Words[Math.Min(1, command.Words.Length - 1)]} of type {Values.TypeName(arguments[0])}");
        }
        try
        {
            return Functions.Call(function.Name, arguments);
        }
        catch (FunctionException failure)
        {
            throw Wrong(command, $"error calling {function.Name}: {failure.Message}");
        }
    }

    private object? Fitting(Node node, Signature signature, int place, object? value)
        => signature.RefusalOf(place, value) is { } refused ? throw Wrong(node, refused) : value;

    private object? Evaluate(Node node, object? dot) => node switch
    {
        DotNode => dot,
        NilNode => null,
        LiteralNode literal => literal.Value,
        FieldNode field => Fields(field, dot, field.Names),
        VariableNode variable => Fields(variable, variables[PlaceOf(variable, variable.Name)].Value, variable.Names),
        ChainNode chain => Fields(chain, EvaluateCommands(chain.Inner, dot), chain.Names),
        Pipeline pipeline => Evaluate(pipeline, dot),
        FunctionNode function => Invoke(function, new CommandNode(function.At, [function]), dot, false, null),
        _ => throw new InvalidOperationException($"can't evaluate {node}"),
    };

    /// <summary>A variable is known to the parser from where it is declared, and has a value only after that.</summary>
    private int PlaceOf(Node node, string variable)
        => variables.FindLastIndex(known => known.Name == variable) is >= 0 and var place ? place : throw Wrong(node, $"undefined variable: {variable}");

    private object? Fields(Node node, object? value, string[] names)
    {
        object? holder = null;
        foreach (var field in names)
        {
            (holder, value) = (value, Field(node, value, field, holder is JsonValue { TypeName: null }));
        }
        return value;
    }

    /// <param name="node">Where it is asked for.</param>
    /// <param name="value">What should have it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="untyped">The value came out of JSON, and not of what has a type in Docker's client.</param>
    private object? Field(Node node, object? value, string name, bool untyped)
    {
        switch (value)
        {
            case JsonValue { IsList: false } json:
                return json.TryMember(name, out var member) ? member
                    : throw Wrong(node, json.TypeName is { } type ? $"can't evaluate field {name} in type {type}" : $"map has no entry for key {Output.GoQuote.Quote(name)}");
            case Row row:
                return row.Has(name) ? row.Value(name) : throw Wrong(node, $"can't evaluate field {name} in type {row.TypeName}");
            case SortedDictionary<string, object?> map:
                return map.GetValueOrDefault(name);
            case null or NilPointer:
                throw Wrong(node, $"nil pointer evaluating interface {{}}.{name}");
            default:
                throw Wrong(node, $"can't evaluate field {name} in type {(untyped && value is string or long or double or bool ? "interface {}" : Values.TypeName(value))}");
        }
    }

    private void Write(string text)
    {
        if (output.Length + text.Length > MaxOutput)
        {
            throw new TemplateException($"template: {name}: output is too long", parsing: false);
        }
        output.Append(text);
    }

    private TemplateException Wrong(Node node, string what)
    {
        var before = source.AsSpan(0, node.At);
        var line = before.Count('\n') + 1;
        var newline = before.LastIndexOf('\n');
        var column = newline < 0 ? node.At : node.At - newline;
        var context = node.ToString() ?? "";
        if (context.Length > 20)
        {
            context = context[..20] + "...";
        }
        return new($"template: {name}:{line}:{column}: executing {Output.GoQuote.Quote(name)} at <{context}>: {what}", parsing: false);
    }
}
