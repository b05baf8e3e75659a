namespace Corten.Build.Dockerfile.Expansion;

/// <summary>Where an expansion takes its values from.</summary>
public interface IVariables
{
    /// <summary>The value, or null if the variable is not set.</summary>
    string? Get(string name);

    IEnumerable<string> Names { get; }
}

/// <summary>Nothing is set.</summary>
public sealed class NoVariables : IVariables
{
    public static readonly NoVariables Instance = new();

    public IEnumerable<string> Names => [];

    public string? Get(string name) => null;
}

/// <summary>An environment: names in the order in which they were first set.</summary>
public sealed class Variables : IVariables
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, string> _values = [];

    public Variables()
    {
    }

    /// <param name="assignments"><c>NAME=value</c> strings, as an image's Env.</param>
    public Variables(IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=');
            Set(equals < 0 ? assignment : assignment[..equals], equals < 0 ? "" : assignment[(equals + 1)..]);
        }
    }

    public IEnumerable<string> Names => _names;

    public string? Get(string name) => _values.GetValueOrDefault(name);

    public void Set(string name, string value)
    {
        if (!_values.ContainsKey(name))
        {
            _names.Add(name);
        }

        _values[name] = value;
    }

    /// <summary>A copy that later changes do not touch.</summary>
    public Variables Clone()
    {
        var copy = new Variables();
        _names.ForEach(n => copy.Set(n, _values[n]));
        return copy;
    }

    /// <summary>As <c>NAME=value</c>, in order.</summary>
    public IReadOnlyList<string> ToAssignments() => [.. _names.Select(n => $"{n}={_values[n]}")];
}
