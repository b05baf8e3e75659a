using System.Collections.Concurrent;
using System.Text;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>
/// A build as the classic builder told it: <c>Step 2/5 : RUN make</c>, its output, <c> ---> id</c>. Steps may run at once, but they are told in the
/// order of the file; what a later one prints waits for its turn.
/// </summary>
/// <param name="print">Takes pieces of text.</param>
/// <param name="labels">Those of the request, which are told of as steps at the end.</param>
public sealed class ClassicProgress(Action<string> print, IReadOnlyDictionary<string, string> labels) : IBuildProgress
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Step, State> _states = new();
    private IReadOnlyList<PlannedInstruction> _instructions = [];
    private string _lastId = "";
    private int _next;
    private bool _headed;
    private bool _labelled;

    public void Planned(BuildPlan plan)
    {
        lock (_gate)
        {
            _instructions = plan.Instructions;
            Advance();
        }
    }

    public void Announce(BuildVertex vertex)
    {
    }

    public void Begin(BuildVertex vertex) => Update(vertex, s => s.Begun = true);

    public void End(BuildVertex vertex, bool cached, string? error) => Update(vertex, s => (s.Ended, s.Cached, s.Failed) = (true, cached, error is not null));

    public void Write(BuildVertex vertex, OutputStream stream, ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        Update(vertex, s => s.Output.Append(text));
    }

    public void Status(BuildVertex vertex, string id, long current, long total, bool done)
    {
    }

    public void Warn(BuildVertex? vertex, CheckFinding finding)
    {
        if (!finding.Rule.Practice)
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
        for (; _next < _instructions.Count; _next++, _headed = false)
        {
            var (instruction, step) = _instructions[_next];
            if (!_headed)
            {
                print($"Step {_next + 1}/{_instructions.Count + labels.Count} : {Shown(instruction)}\n");
                _headed = true;
            }

            if (!(step is null or ScratchStep ? Setting(instruction, step) : Running(instruction, step)))
            {
                return;
            }
        }

        foreach (var text in _instructions.Count > 0 && !_labelled ? labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"LABEL {l.Key}={l.Value}") : [])
        {
            print($"Step {++_next}/{_instructions.Count + labels.Count} : {text}\n");
            Set(text);
        }

        _labelled = _instructions.Count > 0;
    }

    /// <summary>An instruction that is done as soon as it is read.</summary>
    private bool Setting(Instruction instruction, Step? step)
    {
        if (step is ScratchStep)
        {
            print(" ---> \n");
            return true;
        }

        if (instruction is not FromInstruction)
        {
            Set(instruction.Text);
            return true;
        }

        print($" ---> {_lastId}\n");
        return true;
    }

    private void Set(string text)
    {
        var container = Id($"container {_lastId} {text}");
        _lastId = Id($"{_lastId} {text}");
        print($" ---> Running in {container}\n ---> Removed intermediate container {container}\n ---> {_lastId}\n");
    }

    private bool Running(Instruction instruction, Step step)
    {
        if (!_states.TryGetValue(step, out var state))
        {
            return false;
        }

        var runs = instruction is RunInstruction or WorkdirInstruction;
        var container = Id($"container {state.GetHashCode()} {instruction.Text}");
        if (runs && !state.Cached && !state.Told && (state.Output.Length > 0 || state.Ended))
        {
            print($" ---> Running in {container}\n");
            state.Told = true;
        }

        if (state.Output.Length > 0)
        {
            print(state.Output.ToString());
            state.Output.Clear();
        }

        if (!state.Ended || state.Failed)
        {
            return false;
        }

        if (step is not ImageStep && state.Cached)
        {
            print(" ---> Using cache\n");
        }
        else if (runs)
        {
            print($" ---> Removed intermediate container {container}\n");
        }

        _lastId = step is ImageStep image && instruction is FromInstruction ? image.Image.Id.Short : Id($"{_lastId} {instruction.Text} {step.Name}");
        print($" ---> {_lastId}\n");
        return true;
    }

    private static string Shown(Instruction instruction)
    {
        var space = instruction.Text.IndexOfAny([' ', '\t']);
        return space < 0 ? instruction.Text.ToUpperInvariant() : instruction.Text[..space].ToUpperInvariant() + " " + instruction.Text[space..].TrimStart();
    }

    private static string Id(string text) => Digest.Of(Encoding.UTF8.GetBytes(text)).Short;

    private sealed class State
    {
        public bool Begun { get; set; }

        public bool Ended { get; set; }

        public bool Cached { get; set; }

        public bool Failed { get; set; }

        public bool Told { get; set; }

        public StringBuilder Output { get; } = new();
    }
}
