using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Corten.Build.CacheTransfer;
using Corten.Build.Planning;
using Corten.Oci.Errors;

namespace Corten.Build.Solving;

/// <summary>What the solver asks to have done. One call is one step; several run at once.</summary>
public interface IStepExecutor
{
    /// <summary>Adds what the result of <paramref name="step"/> depends on, apart from its place in the file.</summary>
    Task DescribeAsync(Step step, IReadOnlyDictionary<Step, Tree> inputs, KeyBuilder key, CancellationToken cancellation);

    /// <summary>Makes a tree that needs no cache: a base, a context. Null for steps that do.</summary>
    Task<Tree?> ProvideAsync(Step step, BuildVertex vertex, CancellationToken cancellation);

    /// <summary>Runs the step into <paramref name="layer"/>.</summary>
    Task ExecuteAsync(Step step, IReadOnlyDictionary<Step, Tree> inputs, StepFolders layer, BuildVertex vertex, CancellationToken cancellation);
}

/// <summary>Where a step's layer goes: overlay's upper and work folder.</summary>
public sealed record StepFolders(string Upper, string Work);

/// <summary>Why a step was run or not.</summary>
/// <param name="Step">The step.</param>
/// <param name="Hit">Its result was in the cache.</param>
/// <param name="Reasons">For a miss, what differs from the nearest earlier run.</param>
public sealed record StepOutcome(Step Step, bool Hit, IReadOnlyList<string> Reasons);

/// <summary>
/// Works a graph out: each step once, as soon as its inputs are there, equal steps of builds that run at the same time once for all of them.
/// The first failure cancels the rest.
/// </summary>
public sealed class Solver(BuildCache cache, BuildRoot root, IStepExecutor executor, RecordPins.PinSet pins, IBuildProgress progress, StepGate gate)
{
    private readonly ConcurrentDictionary<Step, Lazy<Task<Tree>>> _trees = new();
    private readonly ConcurrentDictionary<Step, Lazy<Task<Tree>>> _whole = new();
    private readonly ConcurrentDictionary<Step, BuildVertex> _vertices = new();
    private readonly ConcurrentQueue<StepOutcome> _outcomes = new();
    private readonly ConcurrentBag<long> _used = [];

    /// <summary>What happened to each step that has a place in the cache, in the order of completion.</summary>
    public IReadOnlyCollection<StepOutcome> Outcomes => _outcomes;

    private ExceptionDispatchInfo? _failure;

    /// <summary>The step that failed first.</summary>
    public Step? Failed { get; private set; }

    /// <summary>Compare each miss with the nearest earlier run.</summary>
    public bool Explain { get; init; }

    /// <summary>Caches elsewhere; null for none.</summary>
    public ImportedCache? Imports { get; init; }

    /// <summary>What every step gave that was looked at.</summary>
    public IReadOnlyList<Tree> Trees =>
        [.. _trees.Concat(_whole).Select(t => t.Value.Value).Where(t => t.IsCompletedSuccessfully).Select(t => t.Result).DistinctBy(t => (t.Identity, t.Record))];

    public async Task<Tree> SolveAsync(Step target, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var tree = await TreeOf(target, stop);
            return tree.IsMissing ? await WholeTreeOf(target, stop) : tree;
        }
        catch (Exception) when (_failure is not null)
        {
            // Others were cancelled because of it; it is the one to tell about.
            _failure.Throw();
            throw;
        }
        finally
        {
            // Steps that still run have been told to stop; their folders are theirs to clean up before the build counts as over.
            await Task.WhenAll(_trees.Values.Concat(_whole.Values).Select(t => t.Value)).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cache.Touch([.. _used.Distinct()]);
        }
    }

    public BuildVertex VertexOf(Step step) => _vertices.GetOrAdd(step, s =>
    {
        var vertex = new BuildVertex(s.Name, s, [.. s.Inputs.Where(i => i is not ScratchStep).Select(VertexOf)]);
        if (s is not ScratchStep)
        {
            progress.Announce(vertex);
        }

        return vertex;
    });

    private Task<Tree> TreeOf(Step step, CancellationTokenSource stop) =>
        _trees.GetOrAdd(step, s => new Lazy<Task<Tree>>(() => Task.Run(() => SolveOneAsync(s, whole: false, stop)))).Value;

    /// <summary>The tree with its files: steps that a cache elsewhere knows by name only are run after all.</summary>
    private Task<Tree> WholeTreeOf(Step step, CancellationTokenSource stop) =>
        _whole.GetOrAdd(step, s => new Lazy<Task<Tree>>(() => Task.Run(() => SolveOneAsync(s, whole: true, stop)))).Value;

    private async Task<Tree> SolveOneAsync(Step step, bool whole, CancellationTokenSource stop)
    {
        var vertex = VertexOf(step);
        var inputs = new Dictionary<Step, Tree>();
        var pending = step.Inputs.Select(i => (Step: i, Tree: TreeOf(i, stop))).ToArray();
        foreach (var input in pending)
        {
            inputs[input.Step] = await input.Tree;
        }

        if (step is ScratchStep)
        {
            return Tree.Scratch;
        }

        try
        {
            stop.Token.ThrowIfCancellationRequested();
            return await ProvidedAsync(step, vertex, stop.Token) ?? await CachedAsync(step, inputs, whole, vertex, stop);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested)
            {
                (Failed, _failure) = (step, ExceptionDispatchInfo.Capture(
                    step is HttpStep or GitStep && e is CortenException { Kind: var kind } ? new CortenException(kind, $"failed to load cache key: {e.Message}", e) : e));
            }

            progress.End(vertex, cached: false, stop.IsCancellationRequested ? "context canceled" : e.Message);
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task<Tree?> ProvidedAsync(Step step, BuildVertex vertex, CancellationToken cancellation)
    {
        if (step is not (ImageStep or LocalStep or BuiltStep))
        {
            return null;
        }

        progress.Begin(vertex);
        var tree = await executor.ProvideAsync(step, vertex, cancellation);
        if (tree is not null)
        {
            progress.Known(vertex, tree.Identity);
        }

        progress.End(vertex, cached: step is not LocalStep, error: null);
        return tree;
    }

    private async Task<Tree> CachedAsync(Step step, Dictionary<Step, Tree> inputs, bool whole, BuildVertex vertex, CancellationTokenSource stop)
    {
        while (true)
        {
            if (await TryCachedAsync(step, inputs, whole, vertex, stop.Token) is { } tree)
            {
                return tree;
            }

            // Files of the inputs are needed. Where steps had to be run for them, they may be others than the cache elsewhere knew: the key is made anew.
            foreach (var input in inputs.Where(i => i.Value.IsMissing).Select(i => i.Key).ToArray())
            {
                inputs[input] = await WholeTreeOf(input, stop);
            }
        }
    }

    /// <summary>Null if it can't be done without the files of an input that is not here.</summary>
    private async Task<Tree?> TryCachedAsync(Step step, IReadOnlyDictionary<Step, Tree> inputs, bool whole, BuildVertex vertex, CancellationToken cancellation)
    {
        using var builder = new KeyBuilder();
        try
        {
            await executor.DescribeAsync(step, inputs, builder, cancellation);
        }
        catch (TreeMissingException)
        {
            return null;
        }

        var key = builder.Finish().ToString();
        var parent = step.Parent is null ? Tree.Scratch : inputs[step.Parent];
        using (await gate.OwnKeyAsync(key, cancellation))
        {
            if (!step.IgnoreCache && await FindAsync(step, key, parent, whole, cancellation) is { } found)
            {
                if (whole && found.IsMissing)
                {
                    return null;
                }

                _outcomes.Enqueue(new StepOutcome(step, Hit: true, []));
                progress.Known(vertex, found.Identity);
                progress.Begin(vertex);
                progress.End(vertex, cached: true, error: null);
                return found;
            }

            if (inputs.Values.Any(t => t.IsMissing))
            {
                return null;
            }

            var reasons = Explain ? Explanation.Of(builder.Ingredients, cache.LatestAt(step.Place, step.Instruction), step.IgnoreCache) : [];
            var record = await ExecuteAsync(step, inputs, vertex, key, builder.Ingredients, parent, cancellation);
            _outcomes.Enqueue(new StepOutcome(step, Hit: false, reasons));
            var made = TreeFrom(step, parent, record);
            progress.Known(vertex, made.Identity);
            progress.End(vertex, cached: false, error: null);
            return made;
        }
    }

    /// <summary>In our own cache; in one elsewhere, with its layer or, where names are enough, without.</summary>
    private async Task<Tree?> FindAsync(Step step, string key, Tree parent, bool whole, CancellationToken cancellation)
    {
        var record = cache.Find(key, RecordTypes.Regular, pins);
        if (record is null && Imports?.Find(key) is { } known)
        {
            if (known.Layer is null)
            {
                return whole ? null : MissingTree(step, parent, known);
            }

            record = await AdoptAsync(Imports, known, parent, step, cancellation);
        }

        if (record is null)
        {
            return null;
        }

        _used.Add(record.Id);
        return TreeFrom(step, parent, record);
    }

    /// <summary>Null, and a failed line in the progress, if the layer does not come: a cache is no condition of a build.</summary>
    private async Task<CacheRecord?> AdoptAsync(ImportedCache imports, CachedStep known, Tree parent, Step step, CancellationToken cancellation)
    {
        try
        {
            return await imports.AdoptAsync(known, parent.Record, step.Place, pins, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            var lost = new BuildVertex($"importing cache layer {imports.Forget(known, e)}", null, []);
            progress.Announce(lost);
            progress.Begin(lost);
            progress.End(lost, cached: false, $"{e.Message}: the step is run instead");
            return null;
        }
    }

    private async Task<CacheRecord> ExecuteAsync(Step step, IReadOnlyDictionary<Step, Tree> inputs, BuildVertex vertex, string key,
        IReadOnlyList<Ingredient> ingredients, Tree parent, CancellationToken cancellation)
    {
        using var turn = await gate.TurnAsync(cancellation);
        progress.Begin(vertex);
        var (uid, upper, work) = root.Begin();
        try
        {
            await executor.ExecuteAsync(step, inputs, new StepFolders(upper, work), vertex, cancellation);
        }
        catch
        {
            root.Discard(root.FolderOf(uid));
            throw;
        }

        var now = DateTime.UtcNow;
        return cache.Add(new CacheRecord
        {
            Id = 0, Uid = uid, Key = key, Type = RecordTypes.Regular, Parent = parent.Record, Description = step.Instruction.Length > 0 ? step.Instruction : step.Name,
            Place = step.Place, Created = now, LastUsed = now, Uses = 0,
        }, ingredients, pins);
    }

    /// <summary>
    /// A RUN's result is known by its record, since another run may give something else; other steps give the same for the same key.
    /// </summary>
    private Tree TreeFrom(Step step, Tree parent, CacheRecord record)
    {
        var layer = new TreeLayer(root.LayerOf(record.Uid), record.DiffId, record.Id, new DateTimeOffset(record.Created, TimeSpan.Zero)) { Uid = record.Uid };
        return new Tree(IdentityOf(step, parent, record.Uid, record.Key), [.. parent.Layers, layer], record.Id);
    }

    private static Tree MissingTree(Step step, Tree parent, CachedStep known) =>
        new(IdentityOf(step, parent, known.Uid, known.Key), [.. parent.Layers, new TreeLayer("", default, 0, null) { Uid = known.Uid }]) { Imported = known };

    private static string IdentityOf(Step step, Tree parent, string uid, string key)
    {
        var identity = step is RunStep ? uid : key;
        return step is CopyStep { Link: true } ? $"{parent.Identity}+{identity}" : identity;
    }
}

/// <summary>Shared by all builds of a daemon: how many steps run at once, and one at a time for each key.</summary>
public sealed class StepGate(int parallelism)
{
    private readonly SemaphoreSlim _turns = new(parallelism, parallelism);
    private readonly Dictionary<string, (SemaphoreSlim Turn, int Users)> _keys = [];

    public async Task<IDisposable> TurnAsync(CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        return new Release(() => _turns.Release());
    }

    /// <summary>Equal steps of two builds: the second waits and finds the result of the first.</summary>
    public async Task<IDisposable> OwnKeyAsync(string key, CancellationToken cancellation)
    {
        SemaphoreSlim turn;
        lock (_keys)
        {
            var (existing, users) = _keys.TryGetValue(key, out var entry) ? entry : (new SemaphoreSlim(1, 1), 0);
            _keys[key] = (turn = existing, users + 1);
        }

        try
        {
            await turn.WaitAsync(cancellation);
        }
        catch
        {
            Leave(key);
            throw;
        }

        return new Release(() =>
        {
            turn.Release();
            Leave(key);
        });
    }

    private void Leave(string key)
    {
        lock (_keys)
        {
            var (turn, users) = _keys[key];
            if (users == 1)
            {
                _keys.Remove(key);
                return;
            }

            _keys[key] = (turn, users - 1);
        }
    }

    private sealed class Release(Action action) : IDisposable
    {
        private Action? _action = action;

        public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
    }
}
