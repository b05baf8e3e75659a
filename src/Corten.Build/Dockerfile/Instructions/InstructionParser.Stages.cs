using System.Text.RegularExpressions;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Syntax;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>FROM, ARG and ONBUILD: what shapes stages and scopes.</summary>
public static partial class InstructionParser
{
    private static FromInstruction ParseFrom(LogicalLine line)
    {
        var words = Words.ByBlanks(line.Rest);
        if (words.Count != 1 && !(words.Count == 3 && words[1].Equals("AS", StringComparison.OrdinalIgnoreCase)))
        {
            throw new DockerfileException("FROM requires either one or three arguments", line.Range);
        }

        var name = words.Count == 3 ? words[2].ToLowerInvariant() : null;
        if (name is not null && !StageName().IsMatch(name))
        {
            throw new DockerfileException(
                $"invalid name for build stage: {GoText.Quote(words[2])}, name can't start with a number or contain symbols", line.Range);
        }

        var flags = new InstructionFlags(line, "platform");
        return new FromInstruction(words[0], name, flags.Text("platform") is { Length: > 0 } platform ? platform : null);
    }

    private static ArgInstruction ParseArg(LogicalLine line, char escape)
    {
        var words = Words.Quoted(line.Rest, escape);
        if (words.Count == 0)
        {
            throw AtLeastOne(line, "ARG");
        }

        return new ArgInstruction([.. words.Select(word => Definition(word, line))]);
    }

    private static ArgDefinition Definition(string word, LogicalLine line)
    {
        var equals = word.IndexOf('=');
        return equals < 0 ? new ArgDefinition(word, null)
            : equals > 0 ? new ArgDefinition(word[..equals], word[(equals + 1)..])
            : throw new DockerfileException("ARG names can not be blank", line.Range);
    }

    private static OnbuildInstruction ParseOnbuild(LogicalLine line, char escape)
    {
        if (line.Rest.Length == 0)
        {
            throw AtLeastOne(line, "ONBUILD");
        }

        _ = new InstructionFlags(line);
        var inner = DockerfileReader.Split(line.Rest, line.Range, escape);
        switch (inner.Keyword.ToUpperInvariant())
        {
            case "ONBUILD":
                throw new DockerfileException("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", line.Range);
            case "MAINTAINER" or "FROM":
                throw new DockerfileException($"{inner.Keyword.ToUpperInvariant()} isn't allowed as an ONBUILD trigger", line.Range);
        }

        var trigger = OnbuildPrefix().Replace(line.Original, "");
        foreach (var heredoc in line.Heredocs)
        {
            trigger += $"\n{heredoc.Content}{heredoc.Name}";
        }

        return new OnbuildInstruction(trigger);
    }

    [GeneratedRegex("^[a-z][a-z0-9-_.]*$")]
    private static partial Regex StageName();

    [GeneratedRegex(@"^\s*ONBUILD\s*", RegexOptions.IgnoreCase)]
    private static partial Regex OnbuildPrefix();
}
