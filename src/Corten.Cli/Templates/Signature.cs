using System.Globalization;

namespace Corten.Cli.Templates;

/// <summary>What kind of value a function takes at a place.</summary>
internal enum Parameter
{
    Any,
    Text,
    Number,
    Texts,
}

/// <summary>The parameters of a function: Go checks the arguments one by one before it calls, and says which does not fit.</summary>
/// <param name="Fixed">Those that have to be there.</param>
/// <param name="Variadic">More may follow, of any kind.</param>
internal sealed record Signature(Parameter[] Fixed, bool Variadic)
{
    /// <returns>Null if so many arguments will do.</returns>
    public string? Misfit(string function, int arguments)
        => arguments == Fixed.Length || (Variadic && arguments > Fixed.Length) ? null
            : string.Create(CultureInfo.InvariantCulture, $"wrong number of args for {function}: want {(Variadic ? "at least " : "")}{Fixed.Length} got {arguments}");

    /// <summary>A constant that can't be what is wanted; null for one that can.</summary>
    public string? RefusalOf(int place, LiteralNode literal) => (At(place), literal.Value) switch
    {
        (Parameter.Any, _) or (Parameter.Text, string) or (Parameter.Number, long) => null,
        (Parameter.Text, _) => $"expected string; found {literal}",
        (Parameter.Number, _) => $"expected integer; found {literal}",
        _ => $"can't handle {literal} for arg of type {TypeOf(place)}",
    };

    /// <summary>The same of a value.</summary>
    public string? RefusalOf(int place, object? value) => (At(place), value) switch
    {
        (Parameter.Any, _) or (Parameter.Text, string) or (Parameter.Number, long) => null,
        (Parameter.Texts, _) when Values.AsList(value) is { } list && list.All(static item => item is string) => null,
        (_, null) => $"invalid value; expected {TypeOf(place)}",
        _ => $"wrong type for value; expected {TypeOf(place)}; got {Values.TypeName(value)}",
    };

    private Parameter At(int place) => place < Fixed.Length ? Fixed[place] : Parameter.Any;

    private string TypeOf(int place) => At(place) switch { Parameter.Text => "string", Parameter.Number => "int", _ => "[]string" };
}
