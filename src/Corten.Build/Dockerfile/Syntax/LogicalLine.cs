namespace Corten.Build.Dockerfile.Syntax;

/// <summary>
/// One instruction before its arguments are understood: the joined physical lines, split into keyword, flags and the rest, and the bodies of
/// the here-documents that follow it.
/// </summary>
public sealed record LogicalLine
{
    /// <summary>The instruction's word as written.</summary>
    public required string Keyword { get; init; }

    /// <summary><c>--name[=value]</c> words directly after the keyword.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>What follows keyword and flags, trimmed.</summary>
    public required string Rest { get; init; }

    /// <summary>The whole line with its continuations joined.</summary>
    public required string Original { get; init; }

    public required SourceRange Range { get; init; }

    public IReadOnlyList<Heredoc> Heredocs { get; init; } = [];

    /// <summary>The comments directly above, without <c>#</c>.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}

/// <summary>A Dockerfile read as lines, with its directives.</summary>
public sealed record DockerfileText
{
    public required string Source { get; init; }

    public required char Escape { get; init; }

    public required IReadOnlyList<LogicalLine> Lines { get; init; }

    public required IReadOnlyDictionary<string, Directive> Directives { get; init; }

    /// <summary>Lines at which an instruction ended that has a blank line among its continuations.</summary>
    public IReadOnlyList<int> EmptyContinuations { get; init; } = [];
}
