using System.Globalization;
using System.Net;
using System.Text;

namespace Corten.Cli.Templates;

/// <summary>The functions of text/template and those that Docker's client adds (json, split, join, title, lower, upper, pad, truncate).</summary>
internal static class Functions
{
    private static readonly Signature One = new([Parameter.Any], false);
    private static readonly Signature Two = new([Parameter.Any, Parameter.Any], false);
    private static readonly Signature OneOrMore = new([Parameter.Any], true);
    private static readonly Signature AnyNumber = new([], true);
    private static readonly Signature OneText = new([Parameter.Text], false);

    private static readonly Dictionary<string, Signature> Signatures = new()
    {
        ["and"] = OneOrMore, ["or"] = OneOrMore, ["not"] = One, ["len"] = One, ["index"] = OneOrMore, ["slice"] = OneOrMore,
        ["print"] = AnyNumber, ["printf"] = new([Parameter.Text], true), ["println"] = AnyNumber, ["html"] = AnyNumber, ["js"] = AnyNumber, ["urlquery"] = AnyNumber,
        ["eq"] = OneOrMore, ["ne"] = Two, ["lt"] = Two, ["le"] = Two, ["gt"] = Two, ["ge"] = Two, ["call"] = OneOrMore,
        ["json"] = One, ["split"] = new([Parameter.Text, Parameter.Text], false), ["join"] = new([Parameter.Texts, Parameter.Text], false),
        ["title"] = OneText, ["lower"] = OneText, ["upper"] = OneText,
        ["pad"] = new([Parameter.Text, Parameter.Number, Parameter.Number], false), ["truncate"] = new([Parameter.Text, Parameter.Number], false),
    };

    public static bool Exists(string name) => Signatures.ContainsKey(name);

    public static Signature SignatureOf(string name) => Signatures[name];

    /// <param name="name">One that exists.</param>
    /// <param name="arguments">As its signature wants them.</param>
    /// <exception cref="FunctionException">They do not fit all the same.</exception>
    public static object? Call(string name, object?[] arguments)
    {
        switch (name)
        {
            case "not": return !Values.Truth(arguments[0]);
            case "len": return Length(arguments[0]);
            case "index": return Index(arguments);
            case "slice": return Slice(arguments);
            case "print": return Joined(arguments, always: false);
            case "println": return Joined(arguments, always: true) + "\n";
            case "printf": return GoFormat.Format(Text(arguments[0]), arguments.AsSpan(1));
            case "html": return WebUtility.HtmlEncode(Joined(arguments, always: false));
            case "js": return Script(Joined(arguments, always: false));
            case "urlquery": return Uri.EscapeDataString(Joined(arguments, always: false)).Replace("%20", "+", StringComparison.Ordinal);
            case "eq": return Comparison.AnyEqual(arguments);
            case "ne" or "lt" or "le" or "gt" or "ge": return Comparison.Compare(name, arguments);
            case "json": return Values.Json(arguments[0]);
            case "split":
                return Split(Text(arguments[0]), Text(arguments[1]));
            case "join":
                return string.Join(Text(arguments[1]), (Values.AsList(arguments[0])!).Select(Text));
            case "title": return Title(Text(arguments[0]));
            case "lower": return Text(arguments[0]).ToLowerInvariant();
            case "upper": return Text(arguments[0]).ToUpperInvariant();
            case "pad":
                return Pad(Text(arguments[0]), Number(arguments[1]), Number(arguments[2]));
            case "truncate":
                var text = Text(arguments[0]);
                return text.Length < Number(arguments[1]) ? text : text[..(int)Math.Max(0, Number(arguments[1]))];
            default: throw new InvalidOperationException($"no function: {name}");
        }
    }

    private static object?[] Split(string text, string separator)
        => separator.Length == 0 ? [.. text.EnumerateRunes().Select(static rune => rune.ToString())] : [.. text.Split(separator)];

    private static object Length(object? value)
    {
        if (value is string text)
        {
            return (long)Encoding.UTF8.GetByteCount(text);
        }
        return (long?)Values.AsList(value)?.Count ?? Values.AsMap(value)?.LongCount()
            ?? throw new FunctionException($"len of {(value is null ? "nil pointer" : "type " + Values.TypeName(value).TrimStart('*'))}");
    }

    private static object? Index(object?[] arguments)
    {
        var item = arguments[0];
        foreach (var index in arguments.AsSpan(1))
        {
            if (Values.AsList(item) is { } list)
            {
                var at = index is long number ? number : throw new FunctionException($"cannot index slice/array with type {Values.TypeName(index)}");
                item = at >= 0 && at < list.Count ? list[(int)at] : throw new FunctionException($"index out of range: {at}");
            }
            else if (item is string text)
            {
                var at = index is long number ? number : throw new FunctionException($"cannot index slice/array with type {Values.TypeName(index)}");
                item = at >= 0 && at < text.Length ? (long)text[(int)at] : throw new FunctionException($"index out of range: {at}");
            }
            else if (Values.AsMap(item) is { } map)
            {
                var key = index as string ?? throw new FunctionException($"value has type {Values.TypeName(index)}; should be string");
                item = map.FirstOrDefault(pair => pair.Key == key).Value;
            }
            else
            {
                throw new FunctionException(item is null ? "index of untyped nil" : $"can't index item of type {Values.TypeName(item).TrimStart('*')}");
            }
        }
        return item;
    }

    private static object Slice(object?[] arguments)
    {
        var length = arguments[0] switch
        {
            string text => text.Length,
            var value => Values.AsList(value)?.Count ?? throw new FunctionException($"can't slice item of type {Values.TypeName(value).TrimStart('*')}"),
        };
        var from = arguments.Length > 1 ? Number(arguments[1]) : 0;
        var to = arguments.Length > 2 ? Number(arguments[2]) : length;
        if (from < 0 || to > length || from > to)
        {
            throw new FunctionException($"index out of range: {(from < 0 || from > length ? from : to)}");
        }
        return arguments[0] is string whole ? whole[(int)from..(int)to] : Values.AsList(arguments[0])!.Skip((int)from).Take((int)(to - from)).ToArray();
    }

    /// <summary>fmt.Print puts a space between two operands when neither is a string; fmt.Println always.</summary>
    private static string Joined(object?[] arguments, bool always)
    {
        var text = new StringBuilder();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (i > 0 && (always || (arguments[i] is not string && arguments[i - 1] is not string)))
            {
                text.Append(' ');
            }
            text.Append(Values.Print(arguments[i]));
        }
        return text.ToString();
    }

    private static string Title(string text)
    {
        var titled = new StringBuilder(text.Length);
        var first = true;
        foreach (var c in text)
        {
            titled.Append(first ? char.ToUpperInvariant(c) : c);
            first = char.IsWhiteSpace(c);
        }
        return titled.ToString();
    }

    private static string Pad(string text, long before, long after)
        => text.Length == 0 ? text : new string(' ', (int)Math.Clamp(before, 0, 1000)) + text + new string(' ', (int)Math.Clamp(after, 0, 1000));

    private static string Script(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("<", @"\u003C", StringComparison.Ordinal).Replace(">", @"\u003E", StringComparison.Ordinal)
        .Replace("&", @"\u0026", StringComparison.Ordinal).Replace("=", @"\u003D", StringComparison.Ordinal).Replace("\n", @"\u000A", StringComparison.Ordinal);

    private static string Text(object? value) => value as string ?? throw WrongType("string", value);

    private static long Number(object? value) => value is long number ? number : throw WrongType("int", value);

    private static FunctionException WrongType(string wanted, object? value)
        => new($"wrong type for value; expected {wanted}; got {Values.TypeName(value)}");
}

/// <summary>A function that can't take its arguments; the evaluator adds where.</summary>
internal sealed class FunctionException(string message) : Exception(message);
