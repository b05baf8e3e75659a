using Corten.Cli.Shell;

namespace Corten.Cli.Grammar;

/// <summary>A command as the grammar sees it: its words, its options, how many arguments it takes and what runs it.</summary>
/// <param name="Usage">What follows the command's path in the usage line.</param>
/// <param name="Summary">One line for lists of commands and the head of --help.</param>
internal sealed record Command(string Usage, string Summary)
{
    public Option[] Options { get; init; } = [];

    /// <summary>The fewest arguments.</summary>
    public int Min { get; init; }

    /// <summary>The most arguments; null for any number.</summary>
    public int? Max { get; init; }

    /// <summary>Options end at the first argument: what follows belongs to the program in the container.</summary>
    public bool OptionsEndAtArgument { get; init; }

    /// <summary>What runs it; answers the exit code. Null for a group.</summary>
    public Func<Invocation, int>? Run { get; init; }

    public Entry[] Children { get; init; } = [];

    /// <summary>Further text between the summary and the options of --help.</summary>
    public string? Details { get; init; }

    /// <summary>What to offer for its arguments when completing.</summary>
    public Completion Completes { get; init; }

    /// <summary>Completion offers names for the first argument only.</summary>
    public bool CompletesFirstOnly { get; init; }

    /// <summary>Other paths that lead to the same command, canonical first; shown in --help.</summary>
    public string[] Paths { get; init; } = [];

    /// <summary>Failures with exit codes 125 to 127 are reported under the program's name, with a pointer to --help (run, create).</summary>
    public bool ReportsAsRun { get; init; }

    /// <summary>The exit code when the engine refuses.</summary>
    public int EngineFailure { get; init; } = 1;

    public Option? Find(string name)
    {
        foreach (var option in Options)
        {
            if (option.Name == name)
            {
                return option;
            }
        }
        return null;
    }

    public Option? Find(char letter)
    {
        foreach (var option in Options)
        {
            if (option.Letter == letter)
            {
                return option;
            }
        }
        return null;
    }
}
