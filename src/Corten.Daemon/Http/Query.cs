using System.Globalization;
using Corten.EngineApi.Filters;
using Corten.Oci.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Corten.Daemon.Http;

/// <summary>A request's query parameters, by Docker's rules. Of a parameter given several times the first counts, unless all are asked for.</summary>
internal readonly struct Query(IQueryCollection values)
{
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>Empty if it is not given.</summary>
    public string Text(string name) => Given(name) is [var first, ..] ? first ?? "" : "";

    public string Text(string name, string otherwise) => Text(name) is { Length: > 0 } text ? text : otherwise;

    /// <summary>Every value of a parameter that may be repeated.</summary>
    public IReadOnlyList<string> All(string name) => [.. Given(name).Select(v => v ?? "")];

    /// <summary>False for "", 0, no, false and none in any case; true for anything else.</summary>
    public bool Bool(string name) => Text(name).Trim().ToLowerInvariant() is not ("" or "0" or "no" or "false" or "none");

    /// <summary>The same, with a default that holds only if the parameter is not given at all.</summary>
    public bool Bool(string name, bool otherwise) => Has(name) ? Bool(name) : otherwise;

    /// <summary>A whole number; null if it is not given or empty.</summary>
    /// <exception cref="CortenException">It is no number: in the words of Go's strconv, which clients show.</exception>
    public long? Number(string name, ErrorKind kind = ErrorKind.InvalidArgument, string function = "ParseInt")
    {
        var text = Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw NotANumber(text, kind, function);
    }

    /// <summary>A whole number of 32 bits; null if it is not given or empty.</summary>
    public int? Int(string name, ErrorKind kind = ErrorKind.InvalidArgument, string function = "Atoi") =>
        Number(name, kind, function) switch
        {
            null => null,
            >= int.MinValue and <= int.MaxValue and var number => (int)number,
            _ => throw new CortenException(kind, $"strconv.{function}: parsing \"{Text(name)}\": value out of range"),
        };

    /// <summary>A whole number that has to be there.</summary>
    public int RequiredInt(string name, ErrorKind kind = ErrorKind.Internal, string function = "Atoi") =>
        Int(name, kind, function) ?? throw NotANumber("", kind, function);

    /// <summary>A number that has to be there and can't be negative, as the height and width of a terminal.</summary>
    public uint Unsigned(string name)
    {
        var text = Text(name);
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw NotANumber(text, ErrorKind.InvalidArgument, "ParseUint");
    }

    /// <summary>The parameter <c>filters</c>, with none but the given keys.</summary>
    /// <exception cref="InvalidFilterException">It can't be read or has another key.</exception>
    public FilterSet Filters(params ReadOnlySpan<string> keys) => FilterSet.Parse(Text("filters")).Allow(keys);

    /// <summary>The parameter <c>filters</c> with any keys: for endpoints that have words of their own for what is wrong with it.</summary>
    public FilterSet ParseFilters() => FilterSet.Parse(Text("filters"));

    private StringValues Given(string name) => values.TryGetValue(name, out var given) ? given : StringValues.Empty;

    private static CortenException NotANumber(string text, ErrorKind kind, string function) =>
        new(kind, $"strconv.{function}: parsing \"{text}\": {(IsDigits(text) ? "value out of range" : "invalid syntax")}");

    private static bool IsDigits(string text) => text.Length > 0 && text.AsSpan().TrimStart("+-").ContainsAnyExceptInRange('0', '9') is false;
}
