using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>Logical lines to instructions and stages. Each instruction's own grammar is in a part of this class.</summary>
public static partial class InstructionParser
{
    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>Parses a Dockerfile's text and runs the checks that need nothing else.</summary>
    public static DockerfileProgram Parse(string source, CheckReport checks)
    {
        var text = DockerfileReader.Read(source);
        checks.Configure(text);
        SyntaxChecks.EmptyContinuations(text, checks);
        var globals = new List<ArgInstruction>();
        var stages = new List<(FromInstruction From, List<Instruction> Body)>();
        foreach (var line in text.Lines)
        {
            SyntaxChecks.Line(line, checks);
            var instruction = AtLine(line, () => ParseLine(line, text.Escape));
            SyntaxChecks.Instruction(instruction, line, checks);
            switch (instruction)
            {
                case FromInstruction from:
                    stages.Add((from, []));
                    break;
                case ArgInstruction arg when stages.Count == 0:
                    globals.Add(arg);
                    break;
                default:
                    if (stages.Count == 0)
                    {
                        throw new DockerfileException("no build stage in current context", line.Range);
                    }

                    stages[^1].Body.Add(instruction);
                    break;
            }
        }

        if (stages.Count == 0)
        {
            throw CortenException.Invalid("dockerfile contains no stages to build");
        }

        var program = new DockerfileProgram(text, globals, [.. stages.Select(s => new Stage(s.From, s.Body))]);
        SyntaxChecks.Program(program, checks);
        return program;
    }

    /// <summary>Parses one instruction that stands for itself: the trigger of an ONBUILD, shown at <paramref name="range"/>.</summary>
    public static Instruction ParseTrigger(string trigger, SourceRange range)
    {
        var text = DockerfileReader.Read(trigger);
        return text.Lines.Count == 1 ? ParseLine(text.Lines[0] with { Range = range }, text.Escape)
            : throw new DockerfileException("onbuild trigger should be a single expression", range);
    }

    private static Instruction ParseLine(LogicalLine line, char escape) => ParseArguments(line, escape) with
    {
        Keyword = line.Keyword, Text = line.Original.Trim(), Range = line.Range, Comments = line.Comments,
    };

    private static Instruction ParseArguments(LogicalLine line, char escape) => line.Keyword.ToUpperInvariant() switch
    {
        "ADD" => ParseAdd(line),
        "ARG" => ParseArg(line, escape),
        "CMD" => ParseCmd(line),
        "COPY" => ParseCopy(line),
        "ENTRYPOINT" => ParseEntrypoint(line),
        "ENV" => ParseEnv(line, escape),
        "EXPOSE" => ParseExpose(line),
        "FROM" => ParseFrom(line),
        "HEALTHCHECK" => ParseHealthcheck(line),
        "LABEL" => ParseLabel(line, escape),
        "MAINTAINER" => ParseMaintainer(line),
        "ONBUILD" => ParseOnbuild(line, escape),
        "RUN" => ParseRun(line),
        "SHELL" => ParseShell(line),
        "STOPSIGNAL" => ParseStopSignal(line),
        "USER" => ParseUser(line),
        "VOLUME" => ParseVolume(line),
        "WORKDIR" => ParseWorkdir(line),
        _ => throw new DockerfileException(
            Suggestion.Append($"unknown instruction: {line.Keyword}", line.Keyword, Keywords, caseSensitive: false), line.Range),
    };

    private static T AtLine<T>(LogicalLine line, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (CortenException e) when (e is not DockerfileException { IsOfSyntax: true })
        {
            throw new DockerfileException($"dockerfile parse error on line {line.Range.Start}: {e.Message}", line.Range, e);
        }
    }

    private static DockerfileException AtLeastOne(LogicalLine line, string keyword) => new($"{keyword} requires at least one argument", line.Range);

    private static DockerfileException ExactlyOne(LogicalLine line, string keyword) => new($"{keyword} requires exactly one argument", line.Range);
}
