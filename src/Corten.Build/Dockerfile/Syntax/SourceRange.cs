namespace Corten.Build.Dockerfile.Syntax;

/// <summary>Lines of a Dockerfile, counted from 1, both ends included.</summary>
public readonly record struct SourceRange(int Start, int End)
{
    public static SourceRange Line(int line) => new(line, line);
}
