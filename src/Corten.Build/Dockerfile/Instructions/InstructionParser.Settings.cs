using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Syntax;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>The instructions that only set something in the image's configuration.</summary>
public static partial class InstructionParser
{
    private static EnvInstruction ParseEnv(LogicalLine line, char escape)
    {
        _ = new InstructionFlags(line);
        return new EnvInstruction(Pairs(line, "ENV", escape));
    }

    private static LabelInstruction ParseLabel(LogicalLine line, char escape)
    {
        _ = new InstructionFlags(line);
        return new LabelInstruction(Pairs(line, "LABEL", escape));
    }

    private static IReadOnlyList<KeyValue> Pairs(LogicalLine line, string keyword, char escape)
    {
        var words = Words.Quoted(line.Rest, escape);
        if (words.Count == 0)
        {
            throw AtLeastOne(line, keyword);
        }

        if (!words[0].Contains('='))
        {
            return Words.FirstByBlanks(line.Rest) is var (name, value) ? [new KeyValue(name, value, Legacy: true)]
                : throw new DockerfileException($"{keyword} must have two arguments", line.Range) { IsOfSyntax = true };
        }

        return [.. words.Select(word => Pair(word, line, keyword))];
    }

    private static KeyValue Pair(string word, LogicalLine line, string keyword)
    {
        var equals = word.IndexOf('=');
        return equals switch
        {
            < 0 => throw new DockerfileException($"Syntax error - can't find = in {GoText.Quote(word)}. Must be of the form: name=value", line.Range) { IsOfSyntax = true },
            0 => throw new DockerfileException($"{keyword} names can not be blank", line.Range),
            _ => new KeyValue(word[..equals], word[(equals + 1)..], Legacy: false),
        };
    }

    private static MaintainerInstruction ParseMaintainer(LogicalLine line)
    {
        _ = new InstructionFlags(line);
        return new MaintainerInstruction(OnlyArgument(line, "MAINTAINER"));
    }

    private static UserInstruction ParseUser(LogicalLine line)
    {
        _ = new InstructionFlags(line);
        return new UserInstruction(OnlyArgument(line, "USER"));
    }

    private static WorkdirInstruction ParseWorkdir(LogicalLine line)
    {
        _ = new InstructionFlags(line);
        return new WorkdirInstruction(OnlyArgument(line, "WORKDIR"));
    }

    private static StopSignalInstruction ParseStopSignal(LogicalLine line) => new(OnlyArgument(line, "STOPSIGNAL"));

    private static ExposeInstruction ParseExpose(LogicalLine line)
    {
        var ports = Words.ByBlanks(line.Rest);
        if (ports.Count == 0)
        {
            throw AtLeastOne(line, "EXPOSE");
        }

        _ = new InstructionFlags(line);
        return new ExposeInstruction([.. ports.Order(StringComparer.Ordinal)]);
    }

    private static VolumeInstruction ParseVolume(LogicalLine line)
    {
        var paths = (Words.TryJsonArray(line.Rest, line.Range) ?? Words.ByBlanks(line.Rest)).Select(p => p.Trim()).ToArray();
        if (paths.Length == 0)
        {
            throw AtLeastOne(line, "VOLUME");
        }

        _ = new InstructionFlags(line);
        return paths.Contains("") ? throw new DockerfileException("VOLUME specified can not be an empty string", line.Range)
            : new VolumeInstruction(paths);
    }

    private static string OnlyArgument(LogicalLine line, string keyword) => line.Rest.Length > 0 ? line.Rest : throw ExactlyOne(line, keyword);
}
