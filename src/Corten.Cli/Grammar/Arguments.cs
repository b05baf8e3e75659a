using Corten.Cli.Output;

namespace Corten.Cli.Grammar;

/// <summary>What was given on a command line: checked option values and arguments.</summary>
internal sealed class Arguments(Command command)
{
    private readonly Dictionary<string, List<string>> values = [];

    public Command Command { get; } = command;

    public List<string> Positional { get; } = [];

    /// <summary>Old spellings that were used.</summary>
    public List<Option> Deprecated { get; } = [];

    /// <summary>Whether --help was given.</summary>
    public bool Help { get; set; }

    /// <summary>Records a value. A scalar keeps the last one.</summary>
    public void Add(Option option, string value)
    {
        var name = option.SameAs ?? option.Name;
        if (option.IsDeprecated && !Deprecated.Contains(option))
        {
            Deprecated.Add(option);
        }
        if (!values.TryGetValue(name, out var list))
        {
            values[name] = list = [];
        }
        if (!option.Repeats)
        {
            list.Clear();
        }
        list.Add(value);
    }

    /// <summary>Whether the option was given at all.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    public bool Flag(string name) => OptionCheck.Bool(Text(name)) ?? false;

    /// <summary>The value, else the option's default, else the empty string.</summary>
    public string Text(string name)
        => values.TryGetValue(name, out var list) ? list[^1] : Declared(name).Default ?? "";

    public long Int(string name)
    {
        var text = Text(name);
        return text.Length == 0 ? 0 : OptionCheck.Number(text) ?? 0;
    }

    /// <summary>A size in bytes; 0 when not given, -1 for "unlimited" where an option allows that.</summary>
    public long Bytes(string name)
    {
        var text = Text(name);
        return text == "-1" ? -1 : text.Length != 0 && ByteSize.TryParse(text, out var bytes) ? bytes : 0;
    }

    /// <summary>A duration in nanoseconds; 0 when not given.</summary>
    public long Nanoseconds(string name) => GoDuration.TryParse(Text(name), out var nanoseconds) ? nanoseconds : 0;

    public IReadOnlyList<string> List(string name)
    {
        var option = Declared(name);
        if (!values.TryGetValue(name, out var list))
        {
            return [];
        }
        return option.Kind == OptionKind.Csv ? [.. list.SelectMany(static value => value.Split(','))] : list;
    }

    private Option Declared(string name)
        => Command.Find(name) ?? throw new InvalidOperationException($"the command has no option --{name}");
}
