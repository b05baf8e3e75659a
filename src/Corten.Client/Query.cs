using System.Text;

namespace Corten.Client;

/// <summary>Builds path and query, escaping each value.</summary>
public sealed class Query(string path)
{
    private readonly StringBuilder text = new(path);
    private bool some;

    /// <summary>A path segment that a user wrote; a slash in it stays one.</summary>
    public static string Segment(string name) => Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal);

    public Query Add(string key, string value)
    {
        text.Append(some ? '&' : '?').Append(key).Append('=').Append(Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal));
        some = true;
        return this;
    }

    /// <summary>Adds unless the value is empty.</summary>
    public Query AddIf(string key, string? value) => string.IsNullOrEmpty(value) ? this : Add(key, value);

    /// <summary>Adds <c>key=1</c> when it holds.</summary>
    public Query AddIf(string key, bool holds) => holds ? Add(key, "1") : this;

    public override string ToString() => text.ToString();
}
