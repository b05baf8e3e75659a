using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Runtime.Cli;

/// <summary>An option that a command knows.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Short">Its letter, or '\0'.</param>
/// <param name="TakesValue">False for a switch, which may still be given as <c>--name=false</c>.</param>
internal readonly record struct Option(string Name, char Short = '\0', bool TakesValue = true)
{
    public static Option Switch(string name, char letter = '\0') => new(name, letter, TakesValue: false);
}

/// <summary>
/// A command's arguments read by its table of options: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-nvalue</c>, switches bundled. Options end at
/// <c>--</c> and, where the rest is another program's command line, at the first argument that is none.
/// </summary>
internal sealed class OptionSet
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private OptionSet() { }

    public List<string> Arguments { get; } = [];

    /// <param name="arguments">What follows the command's name.</param>
    /// <param name="options">Its table.</param>
    /// <param name="stopAfter">How many arguments may come before options end; -1 for no end.</param>
    public static OptionSet Parse(IReadOnlyList<string> arguments, IReadOnlyList<Option> options, int stopAfter = -1)
    {
        var set = new OptionSet();
        bool ended = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (ended || argument.Length < 2 || argument[0] != '-')
            {
                set.Arguments.Add(argument);
                ended |= set.Arguments.Count == stopAfter;
            }
            else if (argument == "--") ended = true;
            else if (argument[1] == '-') i = set.AddLong(argument[2..], arguments, i, options);
            else i = set.AddShort(argument, arguments, i, options);
        }
        return set;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public bool Flag(string name) => Value(name) is { } value && (bool.TryParse(value, out bool flag) ? flag : throw CortenException.Invalid($"invalid value \"{value}\" for --{name}"));

    /// <summary>The last one given; null for none.</summary>
    public string? Value(string name) => _values.TryGetValue(name, out List<string>? values) ? values[^1] : null;

    public IReadOnlyList<string> Values(string name) => _values.GetValueOrDefault(name) ?? [];

    public long? Number(string name) => Value(name) is not { } value ? null
        : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : throw CortenException.Invalid($"invalid value \"{value}\" for --{name}");

    public string RequireId() => Arguments.Count > 0 ? Arguments[0] : throw CortenException.Invalid("container id cannot be empty");

    private int AddLong(string text, IReadOnlyList<string> arguments, int at, IReadOnlyList<Option> options)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? text : text[..equals];
        Option option = Find(options, known => known.Name == name, "--" + name);
        if (equals >= 0) Add(option, text[(equals + 1)..]);
        else if (!option.TakesValue) Add(option, "true");
        else Add(option, ++at < arguments.Count ? arguments[at] : throw CortenException.Invalid($"flag needs an argument: --{name}"));
        return at;
    }

    private int AddShort(string text, IReadOnlyList<string> arguments, int at, IReadOnlyList<Option> options)
    {
        for (int i = 1; i < text.Length; i++)
        {
            Option option = Find(options, known => known.Short == text[i], "-" + text[i]);
            if (!option.TakesValue)
            {
                Add(option, "true");
                continue;
            }
            string rest = text[(i + 1)..].TrimStart('=');
            if (rest.Length > 0) Add(option, rest);
            else Add(option, ++at < arguments.Count ? arguments[at] : throw CortenException.Invalid($"flag needs an argument: -{text[i]}"));
            break;
        }
        return at;
    }

    private static Option Find(IReadOnlyList<Option> options, Func<Option, bool> fits, string given)
    {
        foreach (Option option in options)
        {
            if (fits(option)) return option;
        }
        throw CortenException.Invalid($"flag provided but not defined: {given}");
    }

    private void Add(Option option, string value)
    {
        if (!_values.TryGetValue(option.Name, out List<string>? values)) _values[option.Name] = values = [];
        values.Add(value);
    }
}
