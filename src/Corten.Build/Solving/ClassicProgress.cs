using System.Collections.Concurrent;
using System.Text;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>How a classic build is told.</summary>
public sealed record ClassicOptions
{
    /// <summary>Those of the request, which are told of as steps at the end.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Nothing counts as done before.</summary>
    public bool NoCache { get; init; }

    /// <summary>Say that the container of a step that is done is removed.</summary>
    public bool Remove { get; init; } = true;

    /// <summary>Say so also of one that failed.</summary>
    public bool ForceRemove { get; init; }

    /// <summary>Tell what the checks found: the classic builder had none.</summary>
    public bool Warnings { get; init; }
}

/// <summary>
/// A build as the classic builder told it: <c>Step 2/5 : RUN make</c>, its output, <c> ---> id</c>. Steps may run at once, but they are told in the
/// order of the file; what a later one prints waits for its turn. The ids name what a step depends on; only the last is that of an image.
/// </summary>
/// <param name="print">Takes pieces of text, each a message of its own.</param>
/// <param name="options">See there.</param>
/// <param name="memory">What was set before.</param>
public sealed class ClassicProgress(Action<string> print, ClassicOptions options, SettingsMemory memory) : IBuildProgress
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Step, State> _states = new();
    private readonly Dictionary<int, string> _ends = [];
    private readonly string _salt = Guid.NewGuid().ToString();
    private IReadOnlyList<ClassicStep> _steps = [];
    private string _id = "";
    private int _next;
    private bool _headed;
    private bool _missed;

    public void Planned(BuildPlan plan)
    {
        lock (_gate)
        {
            _steps = ClassicStep.Of(plan, options.Labels);
            Advance();
        }
    }

    /// <summary>The image is made: the last step's result.</summary>
    public void Finish(string shortId)
    {
        lock (_gate)
        {
            print($" ---> {shortId}\n");
        }
    }

    public void Announce(BuildVertex vertex)
    {
    }

    public void Begin(BuildVertex vertex) => Update(vertex, s => s.Begun = true);

    public void Known(BuildVertex vertex, string identity) => Update(vertex, s => s.Identity = identity);

    public void End(BuildVertex vertex, bool cached, string? error) => Update(vertex, s => (s.Ended, s.Cached, s.Failed) = (true, cached, error is not null));

    public void Write(BuildVertex vertex, OutputStream stream, ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        Update(vertex, s => s.Output.Add(stream == OutputStream.Error ? $"\e[91m{text}\e[0m" : text));
    }

    public void Status(BuildVertex vertex, string id, long current, long total, bool done)
    {
    }

    public void Warn(BuildVertex? vertex, CheckFinding finding)
    {
        if (options.Warnings && !finding.Rule.Practice)
        {
            print($"[Warning] {finding.Rule.Name}: {finding.Message} (line {finding.Range.Start})\n");
        }
    }

    public void Warn(BuildVertex vertex, string text) => print($"[Warning] {text}\n");

    private void Update(BuildVertex vertex, Action<State> change)
    {
        if (vertex.Step is null)
        {
            return;
        }

        lock (_gate)
        {
            change(_states.GetOrAdd(vertex.Step, _ => new State()));
            Advance();
        }
    }

    private void Advance()
    {
        for (; _next < _steps.Count; _next++, _headed = false)
        {
            var step = _steps[_next];
            if (!_headed)
            {
                Head(step);
                _headed = true;
            }

            if (!(step.IsFrom ? From(step) : step.Planned?.Step is { } work ? Work(step, work) : Set(step)))
            {
                return;
            }

            if (step.Planned is { } planned)
            {
                _ends[planned.Stage] = _id;
            }

            if (step.EndsWithId && _next < _steps.Count - 1)
            {
                print($" ---> {_id}\n");
            }
        }
    }

    private void Head(ClassicStep step)
    {
        if (step.Header.Length > 0)
        {
            print(step.Header);
            print("\n");
        }
    }

    /// <summary>False until it is known what the stage begins with.</summary>
    private bool From(ClassicStep step)
    {
        var planned = step.Planned!;
        if (planned.Base is null && planned.Step is ImageStep image && _states.GetValueOrDefault(image) is not { Ended: true, Failed: false })
        {
            return false;
        }

        _missed = options.NoCache;
        _id = planned.Base is { } stage ? _ends[stage] : planned.Step is ImageStep { Image.Id: var id } ? id.Short : "";
        if (step.Triggers > 0)
        {
            print($"# Executing {step.Triggers} build trigger{(step.Triggers > 1 ? "s" : "")}");
            print("\n");
        }

        return true;
    }

    /// <summary>What changes the configuration alone is done as soon as it is read.</summary>
    private bool Set(ClassicStep step)
    {
        if (step.Effect.Length == 0)
        {
            return true;
        }

        _id = Id($"{_id} {step.Effect}");
        _missed |= !memory.Knows(_id);
        if (_missed)
        {
            memory.Add(_id);
            var container = Id($"{_salt} {_id}");
            print($" ---> Running in {container}\n");
            Removed(container);
        }
        else
        {
            print(" ---> Using cache\n");
        }

        return true;
    }

    /// <summary>False until it is done.</summary>
    private bool Work(ClassicStep step, Step work)
    {
        if (!_states.TryGetValue(work, out var state))
        {
            return false;
        }

        var container = Id($"{_salt} {state.Container}");
        if (step.Runs && !state.Told && IsRunning(step, state))
        {
            print($" ---> Running in {container}\n");
            state.Told = true;
        }

        state.Output.ForEach(print);
        state.Output.Clear();
        if (!state.Ended || state.Failed)
        {
            if (state.Failed && state.Told && options.ForceRemove)
            {
                Removed(container);
                state.Told = false;
            }

            return false;
        }

        if (state.Cached)
        {
            print(" ---> Using cache\n");
        }
        else if (step.Runs)
        {
            Removed(container);
        }

        _missed |= !state.Cached;
        _id = Id($"{_id} {state.Identity}");
        return true;
    }

    /// <summary>What was done before is known when it begins; a folder is made before anybody is told.</summary>
    private static bool IsRunning(ClassicStep step, State state)
    {
        var isRun = step.Planned?.Instruction is RunInstruction;
        return !state.Cached && (state.Ended ? isRun || !state.Failed : isRun && state.Begun && state.Identity is null);
    }

    private void Removed(string container)
    {
        if (options.Remove || options.ForceRemove)
        {
            print($" ---> Removed intermediate container {container}\n");
        }
    }

    private static string Id(string text) => Digest.Of(Encoding.UTF8.GetBytes(text)).Short;

    private sealed class State
    {
        public Guid Container { get; } = Guid.NewGuid();

        public bool Begun { get; set; }

        public bool Ended { get; set; }

        public bool Cached { get; set; }

        public bool Failed { get; set; }

        public bool Told { get; set; }

        public string? Identity { get; set; }

        /// <summary>What its turn to be printed has not come for.</summary>
        public List<string> Output { get; } = [];
    }
}
