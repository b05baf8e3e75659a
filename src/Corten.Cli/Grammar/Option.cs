namespace Corten.Cli.Grammar;

/// <summary>One row of a command's option table; parsing, --help and completion all read it.</summary>
/// <param name="Name">The long name, without dashes.</param>
/// <param name="Letter">The short name, or NUL.</param>
/// <param name="Kind">The shape of its value.</param>
/// <param name="Help">One sentence without a full stop.</param>
internal sealed record Option(string Name, char Letter, OptionKind Kind, string Help)
{
    /// <summary>For <see cref="Needs"/>.</summary>
    public const string Windows = "running on windows, but the Docker daemon is running on linux";

    /// <summary>For <see cref="Needs"/>.</summary>
    public const string Experimental = "with experimental features enabled";

    /// <summary>The value when the option is not given; shown in --help.</summary>
    public string? Default { get; init; }

    /// <summary>Accepted but not shown: an old spelling, or one that means nothing on Linux.</summary>
    public bool Hidden { get; init; }

    /// <summary>What an engine would have to be for it, in the words of Docker's client; ours never is.</summary>
    public string? Needs { get; init; }

    /// <summary>The type word in --help where it is not the kind's own.</summary>
    public string? TypeWord { get; init; }

    /// <summary>Looks at a value and answers what is wrong with it, or null.</summary>
    public Func<string, string?>? Check { get; init; }

    /// <summary>The name of the option that this is another spelling of.</summary>
    public string? SameAs { get; init; }

    /// <summary>Whoever uses it is told what to use instead: <see cref="SameAs"/>.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>What to offer for its value when completing.</summary>
    public Completion Completes { get; init; }

    /// <summary>A fixed set of values to offer when completing.</summary>
    public string[]? Choices { get; init; }

    public bool Repeats => Kind is OptionKind.List or OptionKind.Csv or OptionKind.Map or OptionKind.Filter;

    /// <summary>How messages call it: <c>-d, --detach</c>.</summary>
    public string Spelled => Letter == '\0' ? $"--{Name}" : $"-{Letter}, --{Name}";

    public string Word => TypeWord ?? Kind switch
    {
        OptionKind.Flag => "",
        OptionKind.Text => "string",
        OptionKind.Int => "int",
        OptionKind.Uint16 => "uint16",
        OptionKind.Decimal => "decimal",
        OptionKind.Bytes => "bytes",
        OptionKind.Duration => "duration",
        OptionKind.List => "list",
        OptionKind.Csv => "strings",
        OptionKind.Map => "map",
        _ => "filter",
    };

    public static Option Flag(string name, string help) => new(name, '\0', OptionKind.Flag, help);

    public static Option Flag(string name, char letter, string help) => new(name, letter, OptionKind.Flag, help);

    public static Option Text(string name, string help) => new(name, '\0', OptionKind.Text, help);

    public static Option Text(string name, char letter, string help) => new(name, letter, OptionKind.Text, help);

    public static Option Int(string name, string help) => new(name, '\0', OptionKind.Int, help);

    public static Option Int(string name, char letter, string help) => new(name, letter, OptionKind.Int, help);

    public static Option Bytes(string name, string help) => new(name, '\0', OptionKind.Bytes, help);

    public static Option Bytes(string name, char letter, string help) => new(name, letter, OptionKind.Bytes, help);

    public static Option Duration(string name, string help) => new(name, '\0', OptionKind.Duration, help) { Default = "0s" };

    public static Option List(string name, string help, Func<string, string?>? check = null)
        => new(name, '\0', OptionKind.List, help) { Check = check };

    public static Option List(string name, char letter, string help, Func<string, string?>? check = null)
        => new(name, letter, OptionKind.List, help) { Check = check };

    public static Option Csv(string name, string help) => new(name, '\0', OptionKind.Csv, help);

    public static Option Map(string name, string help, Func<string, string?>? check = null)
        => new(name, '\0', OptionKind.Map, help) { Check = check };

    public static Option Map(string name, char letter, string help, Func<string, string?>? check = null)
        => new(name, letter, OptionKind.Map, help) { Check = check };

    public static Option Filter(string help = "Filter output based on conditions provided") => new("filter", 'f', OptionKind.Filter, help);

    /// <summary>The filter of the prune commands, whose <c>-f</c> means force.</summary>
    public static Option PruneFilter(string help) => new("filter", '\0', OptionKind.Filter, help);
}
