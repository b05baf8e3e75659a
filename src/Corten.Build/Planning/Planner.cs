using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>
/// Turns a Dockerfile into a graph of steps and the configuration of the image. Only the stages that the target needs are planned (all of
/// them for checks), each once, those it depends on first. Nothing is executed here; images are looked up.
/// </summary>
public sealed partial class Planner
{
    private readonly DockerfileProgram _program;
    private readonly PlanOptions _options;
    private readonly IBuildSources _sources;
    private readonly CheckReport _checks;
    private readonly Platform _platform;
    private readonly VariableExpander _expander;
    private readonly GlobalScope _globals;
    private readonly Dictionary<int, PlannedStage> _planned = [];
    private readonly HashSet<int> _underWay = [];
    private readonly Dictionary<string, Step> _outside = [];
    private readonly Dictionary<(string, string), Task<BaseImage>> _images = [];
    private readonly Dictionary<string, LocalStep> _locals = [];
    private readonly List<BaseImage> _used = [];
    private readonly List<PlannedInstruction> _trace = [];
    private readonly List<PlannedArgument> _arguments = [];
    private readonly bool _single;
    private IgnorePatterns _ignored = IgnorePatterns.None;

    public Planner(DockerfileProgram program, PlanOptions options, IBuildSources sources, CheckReport checks)
    {
        (_program, _options, _sources, _checks) = (program, options, sources, checks);
        _platform = options.Platform ?? Platform.Host;
        _expander = new VariableExpander(program.Text.Escape);
        BaseChecks.Defaults(program, _platform, checks);
        _globals = GlobalScope.Build(program, _platform, options.Target ?? program.Stages[^1].From.Name ?? "", options.Arguments);
        // Images and stages named by COPY and mounts count as stages for the names in progress.
        _single = program.Stages.Count == 1 && !program.Stages[0].Instructions.Any(i => i is RunInstruction { Mounts.Count: > 0 } or CopyInstruction { From: not null });
    }

    /// <summary>The stages that will be built, as far as the text alone tells, in the order of the file.</summary>
    /// <exception cref="CortenException">There is no such target.</exception>
    public IReadOnlyList<int> Needed => [.. Reachable(TargetIndex()).Order()];

    public async Task<BuildPlan> PlanAsync(CancellationToken cancellation)
    {
        var target = TargetIndex();
        _ignored = IgnorePatterns.Of(await _sources.IgnoreLinesAsync(LocalStep.MainContext, cancellation));
        BeginResolving(Reachable(target), cancellation);
        if (_options.AllStages)
        {
            for (var i = 0; i < _program.Stages.Count; i++)
            {
                await StageAsync(i, cancellation);
            }
        }

        var stage = await StageAsync(target, cancellation);
        foreach (var (name, value) in _options.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            (stage.Image.Labels ??= [])[name] = value;
        }

        _checks.ThrowIfErrors();
        if (_options.Platform is { } asked)
        {
            stage.Image.SetPlatform(asked);
        }

        return new BuildPlan
        {
            Platform = stage.Platform, Target = stage.Tip, Config = stage.Image.Finish(), Program = _program, BaseImages = _used, Epoch = _options.Epoch,
            Instructions = _trace, Arguments = _arguments, UnusedArguments = UnusedArguments(target), Scans = ScansFor(target),
        };
    }

    private IReadOnlyList<string> UnusedArguments(int target)
    {
        var declared = _program.GlobalArguments.Concat(_program.Stages.Take(target + 1).SelectMany(s => s.Instructions.OfType<ArgInstruction>()))
            .SelectMany(a => a.Definitions).Select(d => d.Name).ToHashSet();
        return [.. _options.Arguments.Keys.Where(name => !declared.Contains(name) && !ProxyNames.Contains(name.ToUpperInvariant())).Order(StringComparer.Ordinal)];
    }

    private int TargetIndex()
    {
        if (string.IsNullOrEmpty(_options.Target))
        {
            return _program.Stages.Count - 1;
        }

        var names = _program.Stages.Select((s, i) => s.From.Name ?? $"stage-{i}").ToArray();
        var index = StageNamed(_options.Target, _program.Stages.Count);
        return index >= 0 ? index
            : int.TryParse(_options.Target, out var number) && number >= 0 && number < names.Length ? number
            : throw CortenException.Invalid(Suggestion.Append($"target stage {GoText.Quote(_options.Target)} could not be found", _options.Target, names));
    }

    /// <summary>The last stage of that name before <paramref name="end"/>; -1 if there is none.</summary>
    private int StageNamed(string name, int end)
    {
        for (var i = end - 1; i >= 0; i--)
        {
            if (_program.Stages[i].From.Name is { } candidate && candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The stages that one needs, by the text alone: enough to look their images up at once.</summary>
    private HashSet<int> Reachable(int target)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>(_options.AllStages ? Enumerable.Range(0, _program.Stages.Count) : [target]);
        while (open.TryPop(out var index))
        {
            if (!found.Add(index))
            {
                continue;
            }

            foreach (var dependency in Dependencies(index))
            {
                open.Push(dependency);
            }
        }

        return found;
    }

    private IEnumerable<int> Dependencies(int index)
    {
        var stage = _program.Stages[index];
        var names = stage.Instructions.OfType<CopyInstruction>().Select(c => c.From)
            .Concat(stage.Instructions.OfType<RunInstruction>().SelectMany(r => r.Mounts).Select(FromOfMount))
            .OfType<string>().Select(name => int.TryParse(name, out var number) ? number : StageNamed(name, _program.Stages.Count));
        var parent = StageNamed(_expander.Expand(stage.From.Base, _globals.Values).Text, index);
        return names.Append(parent).Where(i => i >= 0 && i < _program.Stages.Count);
    }

    private static string? FromOfMount(string mount) =>
        mount.Split(',').FirstOrDefault(f => f.StartsWith("from=", StringComparison.OrdinalIgnoreCase))?["from=".Length..];

    private void BeginResolving(IEnumerable<int> stages, CancellationToken cancellation)
    {
        foreach (var index in stages)
        {
            var from = _program.Stages[index].From;
            var name = _expander.Expand(from.Base, _globals.Values).Text;
            if (name.Length > 0 && name != "scratch" && StageNamed(name, index) < 0 && ContextFor(name) is null
                && (from.Name is null || ContextFor(from.Name) is null) && ImageReference.TryParse(name, out _))
            {
                // What goes wrong is reported where the image is used, with its line.
                _ = ImageAsync(name, StagePlatform(from) ?? _platform, cancellation).ContinueWith(
                    t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    private async Task<PlannedStage> StageAsync(int index, CancellationToken cancellation)
    {
        if (_planned.TryGetValue(index, out var done))
        {
            return done;
        }

        var from = _program.Stages[index].From;
        if (!_underWay.Add(index))
        {
            throw CortenException.Invalid($"circular dependency detected on stage: {from.Name ?? $"stage-{index}"}");
        }

        var stage = await BeginAsync(index, cancellation);
        _trace.Add(new PlannedInstruction(index, from, stage.Tip) { Base = stage.Base });
        if (from.Name is null || ContextFor(from.Name) is null)
        {
            await RunInstructionsAsync(stage, index, cancellation);
        }

        _underWay.Remove(index);
        return _planned[index] = stage;
    }

    private async Task RunInstructionsAsync(PlannedStage stage, int index, CancellationToken cancellation)
    {
        var triggers = stage.Triggers.Select(t => InstructionParser.ParseTrigger(t, stage.Stage.From.Range)).ToArray();
        stage.Triggers.Clear();
        stage.Image.Onbuild.Clear();
        stage.Total += triggers.Count(IsShown);
        foreach (var (instruction, onbuild) in triggers.Select(t => (t, true)).Concat(stage.Stage.Instructions.Select(i => (i, false))))
        {
            try
            {
                var (before, told) = (stage.Tip, stage.Image.LastCommit);
                await ApplyAsync(new Context(stage, index, instruction, onbuild), cancellation);
                _trace.Add(new PlannedInstruction(index, instruction, ReferenceEquals(before, stage.Tip) ? null : stage.Tip)
                {
                    IsTrigger = onbuild,
                    // The value of an argument counts where it is used, not where it is declared.
                    Effect = instruction is ArgInstruction || ReferenceEquals(told, stage.Image.LastCommit) ? instruction.Text : stage.Image.LastCommit?.CreatedBy ?? "",
                });
            }
            catch (CortenException e) when (e is not DockerfileException)
            {
                throw new DockerfileException(e.Message, instruction.Range, e);
            }
        }
    }

    /// <summary>True for instructions that show as steps in progress.</summary>
    private static bool IsShown(Instruction instruction) => instruction is CopyInstruction or AddInstruction or RunInstruction or WorkdirInstruction;

    /// <summary>One instruction being planned.</summary>
    private sealed record Context(PlannedStage Stage, int StageIndex, Instruction Instruction, bool Onbuild);

    private async Task ApplyAsync(Context at, CancellationToken cancellation)
    {
        switch (at.Instruction)
        {
            case RunInstruction run:
                await RunAsync(at, run, cancellation);
                break;
            case CopyInstruction copy:
                await CopyAsync(at, copy, cancellation);
                break;
            case AddInstruction add:
                await AddAsync(at, add, cancellation);
                break;
            case WorkdirInstruction workdir:
                Workdir(at, workdir);
                break;
            default:
                Setting(at);
                break;
        }
    }

    /// <summary>Expands a word with what the stage has set so far, and reports variables that nothing sets.</summary>
    private string Expand(Context at, string word)
    {
        var expansion = _expander.Expand(word, at.Stage.Environment);
        ReportUnset(at, expansion.Unmatched);
        return expansion.Text;
    }

    /// <summary>Findings after which nobody reads suggestions any more; each costs a look at many names.</summary>
    private const int MaxSuggestions = 100;

    private void ReportUnset(Context at, IReadOnlySet<string> unset)
    {
        foreach (var name in unset.Where(n => n.Length > 0 && !ScanArguments.Contains(n) && !at.Stage.Declares(n)))
        {
            var near = _checks.Findings.Count < MaxSuggestions ? Suggestion.Find(name, at.Stage.Environment.Names) : null;
            Warn(at, CheckRules.UndefinedVar, $"Usage of undefined variable '${name}'{(near is null ? "" : $" (did you mean ${near}?)")}");
        }
    }

    private void Warn(Context at, CheckRule rule, string message) => _checks.Add(rule, at.Instruction.Range, message, at.Instruction.Comments);

    private string PlatformPrefix(PlannedStage stage) => _options.MultiPlatform ? stage.Platform + " " : "";

    private string Place(Context at) => $"{_options.FileName}#{at.StageIndex}:{at.Stage.Stage.From.Name}:{at.Stage.Index}";
}
