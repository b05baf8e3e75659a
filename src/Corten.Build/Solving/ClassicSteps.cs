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

    /// <summary>Takes a process, or with the classic builder a container, to be done.</summary>
    public bool Runs => Planned?.Instruction is RunInstruction or WorkdirInstruction;

    /// <summary>
    /// In the order of the file, counted over all stages up to the target, with the request's labels at the end. Stages that the target does not need are
    /// not built, so their steps are left out, and their numbers with them.
    /// </summary>
    public static IReadOnlyList<ClassicStep> Of(BuildPlan plan, IReadOnlyDictionary<string, string> labels)
    {
        var program = plan.Program;
        var stages = plan.Instructions.Max(i => i.Stage) + 1;
        var counts = program.Stages.Take(stages).Select(s => s.Instructions.Count + 1).ToArray();
        var total = program.GlobalArguments.Count + counts.Sum() + labels.Count;
        var steps = new List<ClassicStep>();
        foreach (var argument in program.GlobalArguments)
        {
            steps.Add(new ClassicStep(Header(steps.Count + 1, argument.Text)) { EndsWithId = false });
        }

        foreach (var stage in plan.Instructions.GroupBy(i => i.Stage).OrderBy(g => g.Key))
        {
            var number = program.GlobalArguments.Count + counts.Take(stage.Key).Sum();
            var triggers = stage.Count(i => i.IsTrigger);
            var told = 0;
            foreach (var planned in stage)
            {
                steps.Add(new ClassicStep(planned.IsTrigger ? "" : Header(++number, planned.Instruction.Text))
                {
                    Planned = planned, Effect = planned.Effect, Triggers = planned.Instruction is FromInstruction ? triggers : 0,
                    EndsWithId = planned.IsTrigger ? ++told == triggers : planned.Instruction is not FromInstruction || triggers == 0,
                });
            }
        }

        var first = total - labels.Count;
        steps.AddRange(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select((l, i) =>
            new ClassicStep(Header(first + i + 1, $"LABEL {l.Key}={l.Value}")) { Effect = $"LABEL {l.Key}={l.Value}" }));
        return steps;

        string Header(int number, string text) => $"Step {number}/{total} : {Shown(text)}";
    }

    private static string Shown(string text)
    {
        var space = text.IndexOfAny([' ', '\t']);
        return space < 0 ? text.ToUpperInvariant() : text[..space].ToUpperInvariant() + " " + text[space..].TrimStart();
    }
}
