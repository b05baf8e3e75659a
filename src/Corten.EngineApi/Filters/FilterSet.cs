using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Corten.EngineApi.Filters;

/// <summary>
/// The <c>filters</c> query parameter: for each key the values asked for. Both encodings are read: <c>{"label":{"a=b":true}}</c> of today's
/// clients and <c>{"label":["a=b"]}</c>. Values of one key are alternatives, except labels, which must all match; keys must all match. A key
/// that is not given matches everything.
/// </summary>
public sealed class FilterSet
{
    public static FilterSet Empty { get; } = new([]);

    private readonly Dictionary<string, ImmutableArray<string>> _values;

    private FilterSet(Dictionary<string, ImmutableArray<string>> values) => _values = values;

    public bool IsEmpty => _values.Count == 0;

    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>The values given for a key, in the order given; empty if there is none.</summary>
    public ImmutableArray<string> this[string key] => _values.GetValueOrDefault(key, []);

    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>The same with one more value of a key; this one stays as it is.</summary>
    public FilterSet With(string key, string value)
    {
        var copy = new Dictionary<string, ImmutableArray<string>>(_values) { [key] = this[key].Add(value) };
        return new FilterSet(copy);
    }

    /// <summary>The same without a key.</summary>
    public FilterSet Without(string key)
    {
        var copy = new Dictionary<string, ImmutableArray<string>>(_values);
        copy.Remove(key);
        return new FilterSet(copy);
    }

    /// <exception cref="InvalidFilterException">It is not JSON, or of neither encoding.</exception>
    public static FilterSet Parse(string? json)
    {
        if (string.IsNullOrEmpty(json))
        {
            return Empty;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => Empty,
                JsonValueKind.Object => Read(document.RootElement),
                _ => throw new InvalidFilterException("invalid filter"),
            };
        }
        catch (JsonException)
        {
            throw new InvalidFilterException("invalid filter");
        }
    }

    /// <summary>Refuses keys that the endpoint does not know.</summary>
    /// <exception cref="InvalidFilterException">In Docker's words: <c>invalid filter 'x'</c>.</exception>
    public FilterSet Allow(params ReadOnlySpan<string> keys)
    {
        foreach (var key in _values.Keys)
        {
            if (!keys.Contains(key))
            {
                throw new InvalidFilterException($"invalid filter '{key}'");
            }
        }

        return this;
    }

    /// <summary>A filter that is a truth value; null if it is not given.</summary>
    /// <exception cref="InvalidFilterException">Another value than 0, 1, false, true, or both.</exception>
    public bool? Bool(string key)
    {
        var values = this[key];
        if (values.IsEmpty)
        {
            return null;
        }

        var yes = values.Any(v => v is "1" or "true");
        var no = values.Any(v => v is "0" or "false");
        if (yes == no)
        {
            throw new InvalidFilterException($"invalid filter '{key}=[{string.Join(' ', values)}]'");
        }

        return yes;
    }

    /// <summary>One of the key's values is exactly <paramref name="candidate"/>, or the key is not given.</summary>
    public bool Exact(string key, string candidate) => this[key] is var values && (values.IsEmpty || values.Contains(candidate));

    /// <summary><paramref name="candidate"/> begins with one of the key's values, or the key is not given.</summary>
    public bool Prefix(string key, string candidate) =>
        this[key] is var values && (values.IsEmpty || values.Any(v => candidate.StartsWith(v, StringComparison.Ordinal)));

    /// <summary>
    /// One of the key's values equals <paramref name="candidate"/> or, as a regular expression, is found in it, or the key is not given. A value
    /// that is no regular expression matches only as it stands. Expressions run without backtracking: a hostile one costs no more than another.
    /// </summary>
    public bool Match(string key, string candidate)
    {
        var values = this[key];
        return values.IsEmpty || values.Contains(candidate) || values.Any(v => Finds(v, candidate));
    }

    /// <summary>Every value of the key, <c>name</c> or <c>name=value</c>, is among <paramref name="labels"/>.</summary>
    public bool Labels(string key, IReadOnlyDictionary<string, string>? labels) => this[key].All(wanted => HasLabel(labels, wanted));

    /// <summary>
    /// The prune endpoints' rule: every <c>label</c> is present, and not every <c>label!</c> is.
    /// </summary>
    public bool PruneLabels(IReadOnlyDictionary<string, string>? labels) =>
        Labels("label", labels) && !(Contains("label!") && Labels("label!", labels));

    private static bool HasLabel(IReadOnlyDictionary<string, string>? labels, string wanted)
    {
        var equals = wanted.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? wanted : wanted[..equals];
        return labels is not null && labels.TryGetValue(name, out var value)
            && (equals < 0 || string.Equals(value, wanted[(equals + 1)..], StringComparison.Ordinal));
    }

    private static bool Finds(string pattern, string candidate)
    {
        try
        {
            return Regex.IsMatch(candidate, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static FilterSet Read(JsonElement root)
    {
        var values = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var key in root.EnumerateObject())
        {
            values[key.Name] = key.Value.ValueKind switch
            {
                JsonValueKind.Array => [.. key.Value.EnumerateArray().Select(Text)],
                JsonValueKind.Object => [.. key.Value.EnumerateObject().Where(IsTrue).Select(v => v.Name)],
                JsonValueKind.Null => [],
                _ => throw new InvalidFilterException("invalid filter"),
            };
        }

        return new FilterSet(values);
    }

    private static bool IsTrue(JsonProperty value) => value.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw new InvalidFilterException("invalid filter"),
    };

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new InvalidFilterException("invalid filter");
}
