using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;

namespace Corten.Build.Dockerfile.Checks;

/// <summary>The checks that need the file alone: casing, names, comments, deprecated forms.</summary>
internal static class SyntaxChecks
{
    private static readonly HashSet<string> ReservedStageNames = ["context", "scratch"];

    public static void EmptyContinuations(DockerfileText text, CheckReport report)
    {
        foreach (var line in text.EmptyContinuations)
        {
            report.Add(CheckRules.NoEmptyContinuation, SourceRange.Line(line), "Empty continuation line", []);
        }
    }

    /// <summary>What can be said of a line whose instruction may turn out to be wrong.</summary>
    public static void Line(LogicalLine line, CheckReport report)
    {
        switch (line.Keyword.ToUpperInvariant())
        {
            case "MAINTAINER":
                report.Add(CheckRules.MaintainerDeprecated, line.Range, "Maintainer instruction is deprecated in favor of using label", line.Comments);
                break;
            case "FROM":
                FromWords(Words.ByBlanks(line.Rest), line, report);
                break;
        }
    }

    public static void Instruction(Instruction instruction, LogicalLine line, CheckReport report)
    {
        switch (instruction)
        {
            case FromInstruction from:
                Description("FROM", from.Name is null ? [] : [from.Name], line, report);
                break;
            case ArgInstruction arg:
                Description("ARG", [.. arg.Definitions.Select(d => d.Name)], line, report);
                break;
        }
    }

    public static void Program(DockerfileProgram program, CheckReport report)
    {
        var seen = new HashSet<string>();
        foreach (var from in program.Stages.Select(s => s.From).Where(f => f.Name is not null))
        {
            if (ReservedStageNames.Contains(from.Name!))
            {
                report.Add(CheckRules.ReservedStageName, from.Range,
                    $"Stage name should not use the same name as reserved stage {GoText.Quote(from.Name!)}", []);
            }

            if (!seen.Add(from.Name!))
            {
                report.Add(CheckRules.DuplicateStageName, from.Range, $"Duplicate stage name {GoText.Quote(from.Name!)}, stage names should be unique", []);
            }
        }

        Casing(program.Stages.SelectMany(s => s.Instructions.Prepend(s.From)).ToArray(), report);
    }

    /// <summary>Every keyword should be written like most of them; upper case wins a tie.</summary>
    private static void Casing(IReadOnlyList<Instruction> instructions, CheckReport report)
    {
        var lower = instructions.Count(i => IsLower(i.Keyword));
        var upper = instructions.Count(i => IsUpper(i.Keyword));
        foreach (var instruction in instructions)
        {
            var wanted = lower > upper ? (IsLower(instruction.Keyword) ? null : "lowercase") : IsUpper(instruction.Keyword) ? null : "uppercase";
            if (wanted is not null)
            {
                report.Add(CheckRules.ConsistentInstructionCasing, instruction.Range,
                    $"Command '{instruction.Keyword}' should match the case of the command majority ({wanted})", []);
            }
        }
    }

    private static void FromWords(IReadOnlyList<string> words, LogicalLine line, CheckReport report)
    {
        if (words.Count != 3)
        {
            return;
        }

        if (words[2] != words[2].ToLowerInvariant())
        {
            report.Add(CheckRules.StageNameCasing, line.Range, $"Stage name '{words[2]}' should be lowercase", line.Comments);
        }

        // A keyword of mixed case is another rule's business.
        if (IsLower(line.Keyword) ? !IsLower(words[1]) : IsUpper(line.Keyword) && !IsUpper(words[1]))
        {
            report.Add(CheckRules.FromAsCasing, line.Range, $"'{words[1]}' and '{line.Keyword}' keywords' casing do not match", line.Comments);
        }
    }

    private static void Description(string keyword, IReadOnlyList<string> names, LogicalLine line, CheckReport report)
    {
        if (names.Count == 0 || line.Comments.Count == 0 || names.Contains(line.Comments[^1].Split(' ')[0]))
        {
            return;
        }

        var example = names.Count > 1 ? "<arg_key>" : names[0];
        report.Add(CheckRules.InvalidDefinitionDescription, line.Range,
            $"Comment for {keyword} should follow the format: `# {example} <description>`", line.Comments);
    }

    private static bool IsLower(string word) => word == word.ToLowerInvariant();

    private static bool IsUpper(string word) => word == word.ToUpperInvariant();
}
