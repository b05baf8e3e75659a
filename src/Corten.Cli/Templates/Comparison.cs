namespace Corten.Cli.Templates;

/// <summary>The comparison functions: values of one basic kind compare, others are refused.</summary>
internal static class Comparison
{
    /// <summary><c>eq a b c</c>: whether a equals any of the rest.</summary>
    public static object AnyEqual(object?[] arguments)
    {
        if (arguments.Length < 2)
        {
            throw new FunctionException("missing argument for comparison");
        }
        var equal = false;
        foreach (var other in arguments.AsSpan(1))
        {
            equal |= Equal(arguments[0], other);
        }
        return equal;
    }

    public static object Compare(string name, object?[] arguments)
    {
        if (name == "ne")
        {
            return !Equal(arguments[0], arguments[1]);
        }
        var order = (arguments[0], arguments[1]) switch
        {
            (long a, long b) => a.CompareTo(b),
            (double a, double b) => a.CompareTo(b),
            (string a, string b) => string.CompareOrdinal(a, b),
            (bool or null or JsonValue or Row, _) => throw new FunctionException("invalid type for comparison"),
            _ => throw Incompatible(arguments[0], arguments[1]),
        };
        return name switch
        {
            "lt" => order < 0,
            "le" => order <= 0,
            "gt" => order > 0,
            _ => order >= 0,
        };
    }

    private static bool Equal(object? a, object? b) => (a, b) switch
    {
        (null or NilPointer, null or NilPointer) => true,
        (null or NilPointer, _) or (_, null or NilPointer) => false,
        (bool x, bool y) => x == y,
        (long x, long y) => x == y,
        (double x, double y) => x.Equals(y),
        (string x, string y) => x == y,
        (JsonValue or Row or object?[], _) => throw new FunctionException($"non-comparable type {Values.Print(a)}: {Values.TypeName(a)}"),
        _ => throw Incompatible(a, b),
    };

    private static FunctionException Incompatible(object? a, object? b)
        => new($"incompatible types for comparison: {Values.TypeName(a)} and {Values.TypeName(b)}");
}
