using System.Collections.Concurrent;

namespace Corten.Build.BuildKit;

/// <summary>One build that a client runs: its progress, the trees that it asked for, and what it wants exported in the end.</summary>
internal sealed class BuildJob(string reference) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IDisposable> _held = [];

    public string Reference => reference;

    public JobProgress Progress { get; } = new();

    public ConcurrentDictionary<string, BuiltTree> Results { get; } = new();

    /// <summary>Set once Solve says whose session it is.</summary>
    public TaskCompletionSource<string> Session { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the client's own build function returned.</summary>
    public TaskCompletionSource<Protocol.Gateway.Result?> Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Entitlements { get; set; } = [];

    public CancellationToken Stopped => _stop.Token;

    public void Hold(IDisposable held)
    {
        lock (_held)
        {
            _held.Add(held);
        }
    }

    public void Dispose()
    {
        Progress.Finish();
        _stop.Cancel();
        lock (_held)
        {
            _held.ForEach(h => h.Dispose());
            _held.Clear();
        }
    }
}

/// <summary>The jobs that run. Status and gateway calls may come before the Solve that they belong to.</summary>
internal sealed class JobRegistry
{
    private readonly ConcurrentDictionary<string, BuildJob> _jobs = new();

    public BuildJob GetOrAdd(string reference) => _jobs.GetOrAdd(reference, r => new BuildJob(r));

    public void Remove(BuildJob job)
    {
        _jobs.TryRemove(job.Reference, out _);
        job.Dispose();
    }
}
