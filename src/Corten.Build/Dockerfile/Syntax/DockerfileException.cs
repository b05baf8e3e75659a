using System.Text;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Syntax;

/// <summary>A mistake in a Dockerfile, with the lines that it is in. Messages are the stock front end's where it has words.</summary>
public sealed class DockerfileException(string message, SourceRange range, Exception? inner = null)
    : CortenException((inner as CortenException)?.Kind ?? ErrorKind.InvalidArgument, message, inner)
{
    public SourceRange Range { get; } = range;

    /// <summary>BuildKit finds it before it knows any instruction, and says nothing of a line beside it.</summary>
    public bool IsOfSyntax { get; init; }

    /// <summary>
    /// The lines marked with <c>&gt;&gt;&gt;</c> among their neighbours (two on each side of one line, one of several), as BuildKit's clients
    /// show a source: a heading <c>Dockerfile:3</c>, a rule, the numbered lines, a rule.
    /// </summary>
    public static string Excerpt(string file, string source, SourceRange range)
    {
        var lines = source.Split('\n');
        var first = Math.Clamp(range.Start, 1, lines.Length);
        var last = Math.Clamp(Math.Max(range.End, first), first, lines.Length);
        var around = first == last ? 2 : 1;
        var (from, to) = (Math.Max(1, first - around), Math.Min(lines.Length, last + around));
        var text = new StringBuilder($"{file}:{first}\n--------------------\n");
        for (var number = from; number <= to; number++)
        {
            var mark = number >= first && number <= last ? ">>>" : "   ";
            text.Append($" {number,3} | {mark} {lines[number - 1]}\n");
        }

        return text.Append("--------------------\n").ToString();
    }
}
