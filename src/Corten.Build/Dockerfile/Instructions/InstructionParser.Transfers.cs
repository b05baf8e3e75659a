using Corten.Build.Dockerfile.Syntax;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>COPY and ADD.</summary>
public static partial class InstructionParser
{
    private static CopyInstruction ParseCopy(LogicalLine line)
    {
        var (sources, documents, destination) = Paths(line, "COPY");
        var flags = new InstructionFlags(line, "chown", "from", "chmod", "link?", "exclude*", "parents?");
        return new CopyInstruction
        {
            Sources = sources, Documents = documents, Destination = destination,
            Chown = flags.Text("chown"), Chmod = flags.Text("chmod"), Link = flags.Switch("link") ?? false, Excludes = flags.All("exclude"),
            From = flags.Text("from") is { Length: > 0 } from ? from : null,
            Parents = flags.Switch("parents") ?? false,
        };
    }

    private static AddInstruction ParseAdd(LogicalLine line)
    {
        var (sources, documents, destination) = Paths(line, "ADD");
        var flags = new InstructionFlags(line, "chown", "chmod", "link?", "keep-git-dir?", "checksum", "unpack?", "exclude*");
        return new AddInstruction
        {
            Sources = sources, Documents = documents, Destination = destination,
            Chown = flags.Text("chown"), Chmod = flags.Text("chmod"), Link = flags.Switch("link") ?? false, Excludes = flags.All("exclude"),
            Checksum = flags.Text("checksum"), Unpack = flags.Switch("unpack"), KeepGitDir = flags.Switch("keep-git-dir"),
        };
    }

    private static (IReadOnlyList<string> Sources, IReadOnlyList<Heredoc> Documents, string Destination) Paths(LogicalLine line, string keyword)
    {
        var words = Words.TryJsonArray(line.Rest, line.Range) ?? Words.ByBlanks(line.Rest);
        if (words.Count < 2)
        {
            throw new DockerfileException(
                $"{keyword} requires at least two arguments, but only one was provided. Destination could not be determined", line.Range);
        }

        if (Heredoc.Parse(words[^1]) is not null)
        {
            throw new DockerfileException($"{keyword} cannot accept a heredoc as a destination", line.Range);
        }

        var sources = new List<string>();
        var documents = new List<Heredoc>();
        foreach (var word in words.Take(words.Count - 1))
        {
            if (Heredoc.Parse(word) is not { } opening)
            {
                sources.Add(word);
                continue;
            }

            documents.Add(line.Heredocs.LastOrDefault(h => h.Name == opening.Name) ?? opening);
        }

        return (sources, documents, words[^1]);
    }
}
