using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;

namespace Corten.Build.Solving;

/// <summary>What the classic builder calls a step.</summary>
/// <param name="Header"><c>Step 2/5 : RUN make</c>; empty for a trigger, which is told of without one.</param>
internal sealed record ClassicStep(string Header)
{
    /// <summary>Null for an argument before the first stage and for a label of the request.</summary>
    public PlannedInstruction? Planned { get; init; }

    /// <summary>What it does to the configuration; empty if it does nothing by itself.</summary>
    public string Effect { get; init; } = "";

    /// <summary>How many triggers follow this FROM.</summary>
    public int Triggers { get; init; }

    /// <summary>The id of what is there after it is told.</summary>
    public bool EndsWithId { get; init; } = true;

    public bool IsFrom => Planned?.Instruction is FromInstruction;

    public bool IsRun => Planned?.Instruction is RunInstruction;

    /// <summary>Took a container with the classic builder.</summary>
    public bool HasContainer => Planned?.Instruction is RunInstruction or WorkdirInstruction;

    /// <summary>The images that have to be here for it.</summary>
    public IEnumerable<ImageStep> Images => IsFrom ? [.. new[] { Planned!.Step }.OfType<ImageStep>()] : Planned?.Step?.Inputs.OfType<ImageStep>() ?? [];
}

/// <summary>
/// The steps of a build in the order of the file, counted over all stages up to the target, with the request's labels at the end. Stages that the target
/// does not need are not built, so their steps are left out, and their numbers with them.
/// </summary>
/// <param name="program">The file.</param>
/// <param name="stages">Those that are built, in its order.</param>
/// <param name="labels">Those of the request.</param>
internal sealed class ClassicSteps(DockerfileProgram program, IReadOnlyList<int> stages, IReadOnlyDictionary<string, string> labels)
{
    private readonly int _total = program.GlobalArguments.Count + program.Stages.Take(stages[^1] + 1).Sum(s => s.Instructions.Count + 1) + labels.Count;

    /// <summary>What is known before anything is looked up: the arguments in front, and the first FROM.</summary>
    public IEnumerable<string> Opening =>
        [.. program.GlobalArguments.Select((a, i) => Header(i + 1, a.Text)), Header(NumberOf(stages[0]), program.Stages[stages[0]].From.Text)];

    /// <summary>The first base, as it is written.</summary>
    public string FirstBase => program.Stages[stages[0]].From.Base;

    public IReadOnlyList<ClassicStep> Of(BuildPlan plan)
    {
        var steps = program.GlobalArguments.Select((a, i) => new ClassicStep(Header(i + 1, a.Text)) { EndsWithId = false }).ToList();
        foreach (var stage in plan.Instructions.GroupBy(i => i.Stage).OrderBy(g => g.Key))
        {
            steps.AddRange(Of([.. stage], NumberOf(stage.Key)));
        }

        var first = _total - labels.Count + 1;
        steps.AddRange(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"LABEL {l.Key}={l.Value}").Select((text, i) =>
            new ClassicStep(Header(first + i, text)) { Effect = text }));
        return steps;
    }

    /// <summary>The header of what stands at a line; null if no step begins there.</summary>
    public string? HeaderAt(int line)
    {
        foreach (var index in stages)
        {
            var stage = program.Stages[index];
            var place = stage.Instructions.Prepend(stage.From).Select((instruction, i) => (instruction, i)).FirstOrDefault(p => p.instruction.Range.Start == line);
            if (place.instruction is { } found)
            {
                return Header(NumberOf(index) + place.i, found.Text);
            }
        }

        return null;
    }

    /// <summary>The text of the instruction that a line belongs to; null for none.</summary>
    public string? TextAt(int line) => program.Stages.SelectMany(s => s.Instructions.Prepend(s.From)).Concat(program.GlobalArguments)
        .FirstOrDefault(i => i.Range.Start <= line && line <= i.Range.End)?.Text;

    private static IEnumerable<ClassicStep> Of(IReadOnlyList<PlannedInstruction> stage, Func<string, string> header)
    {
        var triggers = stage.Count(i => i.IsTrigger);
        var left = triggers;
        foreach (var planned in stage)
        {
            left -= planned.IsTrigger ? 1 : 0;
            yield return new ClassicStep(planned.IsTrigger ? "" : header(planned.Instruction.Text))
            {
                Planned = planned, Effect = planned.Effect, Triggers = planned.Instruction is FromInstruction ? triggers : 0,
                // FROM and its triggers are one step.
                EndsWithId = planned.IsTrigger || planned.Instruction is FromInstruction ? left == 0 : true,
            };
        }
    }

    private IEnumerable<ClassicStep> Of(IReadOnlyList<PlannedInstruction> stage, int number) => Of(stage, text => Header(number++, text));

    private int NumberOf(int stage) => program.GlobalArguments.Count + program.Stages.Take(stage).Sum(s => s.Instructions.Count + 1) + 1;

    private string Header(int number, string text) => $"Step {number}/{_total} : {Shown(text)}";

    private static string Shown(string text)
    {
        var space = text.IndexOfAny([' ', '\t']);
        return space < 0 ? text.ToUpperInvariant() : text[..space].ToUpperInvariant() + " " + text[space..].TrimStart();
    }
}
