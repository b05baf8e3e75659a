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

    /// <summary>What an inventory's generator said of each result.</summary>
    public Dictionary<Solving.Tree, IReadOnlyList<Attestations.Scanned>> Scans { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Set once Solve says whose session it is.</summary>
    public TaskCompletionSource<string> Session { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the client's own build function returned.</summary>
    public TaskCompletionSource<Protocol.Gateway.Result?> Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Entitlements { get; set; } = [];

    /// <summary>Set before <see cref="Session"/>.</summary>
    public IReadOnlyList<CacheTransfer.CacheEntry> CacheImports { get; set; } = [];

    public IReadOnlyList<CacheTransfer.CacheEntry> CacheExports { get; set; } = [];

    /// <summary>The image carries its cache.</summary>
    public bool InlineCache { get; set; }

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    /// <summary>Of the front end, once it was called.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>();

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

        Results.Clear();
        Scans.Clear();
    }
}

/// <summary>
/// The jobs that run, and a few that are over. Status and gateway calls may come before the Solve that they belong to; the call for the status of a build
/// that fails at once may even come after it.
/// </summary>
internal sealed class JobRegistry
{
    /// <summary>Jobs that are remembered after their end; each may hold its progress.</summary>
    private const int Remembered = 8;

    private readonly Dictionary<string, BuildJob> _jobs = [];
    private readonly Queue<string> _over = new();

    public BuildJob GetOrAdd(string reference)
    {
        lock (_jobs)
        {
            if (!_jobs.TryGetValue(reference, out var job))
            {
                _jobs[reference] = job = new BuildJob(reference);
            }

            return job;
        }
    }

    public void Finish(BuildJob job)
    {
        job.Dispose();
        lock (_jobs)
        {
            _over.Enqueue(job.Reference);
            if (_over.Count > Remembered)
            {
                _jobs.Remove(_over.Dequeue());
            }
        }
    }
}
