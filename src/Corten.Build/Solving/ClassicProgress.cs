using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.EngineApi.Streams;
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
/// <param name="tell">Takes the messages of the stream.</param>
/// <param name="options">See there.</param>
/// <param name="memory">What was set before.</param>
public sealed class ClassicProgress(Action<ProgressMessage> tell, ClassicOptions options, SettingsMemory memory) : IBuildProgress
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Step, State> _states = new();
    private readonly Dictionary<int, string> _ends = [];
    private readonly Dictionary<ImageReference, List<ProgressMessage>> _pulls = [];
    private readonly List<int> _emptyLines = [];
    private ClassicSteps? _file;
    private IReadOnlyList<ClassicStep> _steps = [];
    private string _id = "";
    private int _next;
    private bool _headed;
    private bool _missed;

    public void Parsed(DockerfileProgram program, IReadOnlyList<int> stages)
    {
        lock (_gate)
        {
            _file = new ClassicSteps(program, stages, options.Labels);
            foreach (var text in _emptyLines.Select(_file.TextAt).OfType<string>().Distinct())
            {
                Print(Red($"[WARNING]: Empty continuation line found in: {text}\n"));
            }

            if (_emptyLines.Count > 0)
            {
                Print(Red("[WARNING]: Empty continuation lines will become errors in a future release.\n"));
            }

            foreach (var header in _file.Opening)
            {
                Head(header);
                _next++;
            }

            _next--;
            _headed = true;
        }
    }

    public void Pulling(BuildVertex vertex, ImageReference name, ProgressMessage line)
    {
        lock (_gate)
        {
            // What the first step waits for is told as it comes, everything else when its step's turn comes.
            if (_steps.Count == 0 && ImageReference.TryParse(_file!.FirstBase, out var first) && first.WithDefaultTag() == name)
            {
                tell(line);
                return;
            }

            (CollectionsMarshal.GetValueRefOrAddDefault(_pulls, name, out _) ??= []).Add(line);
        }
    }

    public void Planned(BuildPlan plan)
    {
        lock (_gate)
        {
            _steps = _file!.Of(plan);
            TellPulls(_steps[_next]);
            Advance();
        }
    }

    /// <summary>Nothing could be planned: tells the step that is the reason. False if the file could not even be read.</summary>
    /// <param name="line">Where it begins.</param>
    public bool Fail(int line)
    {
        lock (_gate)
        {
            if (_steps.Count == 0 && _file?.HeaderAt(line) is { } header && header != _file.Opening.Last())
            {
                Head(header);
            }

            return _file is not null;
        }
    }

    /// <summary>The image is made: the last step's result.</summary>
    public void Finish(string shortId)
    {
        lock (_gate)
        {
            Print($" ---> {shortId}\n");
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
        Update(vertex, s => s.Output.Add(stream == OutputStream.Error ? Red(text) : text));
    }

    public void Status(BuildVertex vertex, string id, long current, long total, bool done)
    {
    }

    public void Warn(BuildVertex? vertex, CheckFinding finding)
    {
        if (finding.Rule == CheckRules.NoEmptyContinuation)
        {
            _emptyLines.Add(finding.Range.Start);
        }

        if (options.Warnings && !finding.Rule.Practice)
        {
            Print($"[Warning] {finding.Rule.Name}: {finding.Message} (line {finding.Range.Start})\n");
        }
    }

    public void Warn(BuildVertex vertex, string text) => Print($"[Warning] {text}\n");

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
                Head(step.Header);
                TellPulls(step);
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
                Print($" ---> {_id}\n");
            }
        }
    }

    private void Head(string header)
    {
        if (header.Length > 0)
        {
            Print(header);
            Print("\n");
        }
    }

    private void TellPulls(ClassicStep step)
    {
        foreach (var image in step.Images)
        {
            if (ImageReference.TryParse(image.Image.Reference, out var name) && _pulls.Remove(name, out var lines))
            {
                lines.ForEach(tell);
            }
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
            Print($"# Executing {step.Triggers} build trigger{(step.Triggers > 1 ? "s" : "")}");
            Print("\n");
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
            var container = NewContainer();
            Print($" ---> Running in {container}\n");
            Removed(container);
        }
        else
        {
            Print(" ---> Using cache\n");
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

        if (step.HasContainer && !state.Told && IsRunning(step, state))
        {
            Print($" ---> Running in {state.Container}\n");
            state.Told = true;
        }

        state.Output.ForEach(Print);
        state.Output.Clear();
        if (!state.Ended || state.Failed)
        {
            if (state.Failed && state.Told && options.ForceRemove)
            {
                Removed(state.Container);
                state.Told = false;
            }

            return false;
        }

        if (state.Cached)
        {
            Print(" ---> Using cache\n");
        }
        else if (step.HasContainer)
        {
            Removed(state.Container);
        }

        _missed |= !state.Cached;
        _id = Id($"{_id} {state.Identity}");
        return true;
    }

    /// <summary>What was done before is known when it begins; a folder is made before anybody is told.</summary>
    private static bool IsRunning(ClassicStep step, State state) =>
        !state.Cached && (state.Ended ? step.IsRun || !state.Failed : step.IsRun && state.Begun && state.Identity is null);

    private void Removed(string container)
    {
        if (options.Remove || options.ForceRemove)
        {
            Print($" ---> Removed intermediate container {container}\n");
        }
    }

    private void Print(string text) => tell(new ProgressMessage { Stream = text });

    private static string Red(string text) => $"\e[91m{text}\e[0m";

    /// <summary>The classic builder made a container for each step; here it is a name.</summary>
    private static string NewContainer() => Guid.NewGuid().ToString("N")[..12];

    private static string Id(string text) => Digest.Of(Encoding.UTF8.GetBytes(text)).Short;

    private sealed class State
    {
        public string Container { get; } = NewContainer();

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
