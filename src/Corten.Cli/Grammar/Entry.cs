namespace Corten.Cli.Grammar;

/// <summary>A name in the tree of commands. The command behind it is made only when it is needed, so that a start pays for one table.</summary>
internal sealed record Entry(string Name, Func<Command> Define)
{
    public string[] Aliases { get; init; } = [];

    /// <summary>Which list of the root's help it stands in.</summary>
    public Section Section { get; init; } = Section.Plain;

    public bool Is(string word) => Name == word || Array.IndexOf(Aliases, word) >= 0;
}

/// <summary>The lists of the root's help.</summary>
internal enum Section
{
    Common,
    Management,
    Plain,
    Hidden,
}
