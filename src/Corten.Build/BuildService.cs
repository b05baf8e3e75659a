using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Execution;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Distribution.Authentication;
using Corten.EngineApi.Streams;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage;
using Corten.Storage.Garbage;

namespace Corten.Build;

/// <summary>Brings an image here, as whoever the credentials say; how far it is, is reported as <c>docker pull</c> tells it.</summary>
public delegate Task PullImage(ImageReference name, Platform platform, RegistryCredentials credentials, Action<ProgressMessage> report, CancellationToken cancellation);

/// <summary>Sends what was built to a registry as it is.</summary>
/// <param name="request">Where to, and as whom.</param>
/// <param name="target">The manifest or index.</param>
/// <param name="stored">The image that it is here; null if it is none.</param>
/// <param name="cancellation"></param>
public delegate Task PushImage(Images.Push.PushRequest request, Descriptor target, Image? stored, CancellationToken cancellation);

/// <summary>What the builder needs of the daemon.</summary>
/// <param name="Stores">The data root.</param>
/// <param name="Images">Bases come from it, results go to it.</param>
/// <param name="Pull">Brings an image here.</param>
/// <param name="Runs">Makes the executor of RUN, once caches and views are there.</param>
public sealed record BuildParts(Stores Stores, ImageService Images, PullImage Pull, Func<CacheMounts, TreeViews, BuildRoot, RunExecutor> Runs)
{
    /// <summary>Bytes that the cache may grow to; 0 for no bound, null for a tenth of the disk.</summary>
    public long? CacheLimit { get; init; }
}

/// <summary>A Dockerfile worked out for one platform: the plan, and the tree that it gives. Its layers stay until it is disposed of.</summary>
public sealed record BuiltTree(BuildPlan Plan, Tree Tree, IReadOnlyCollection<StepOutcome> Outcomes, CheckReport Checks, DockerfileSource Dockerfile) : IDisposable
{
    /// <summary>What keeps the layers.</summary>
    public required IDisposable Held { get; init; }

    public void Dispose() => Held.Dispose();

    /// <summary>Its place among the platforms as they were asked for.</summary>
    public int Order { get; init; }

    /// <summary>What every step gave, the target's among them.</summary>
    public IReadOnlyList<Tree> Trees { get; init; } = [];

    /// <summary>Trees that get inventories of their own, as <see cref="BuildPlan.Scans"/> names them.</summary>
    public IReadOnlyList<(string Name, Tree Tree)> Scans { get; init; } = [];

    /// <summary>Digests that caches elsewhere knew.</summary>
    public IReadOnlyCollection<CacheTransfer.CachedSelection> Selections { get; init; } = [];

    /// <summary>The outcomes have reasons.</summary>
    public bool Explained { get; init; }
}

/// <summary>What checks found.</summary>
/// <param name="Checks">Up to the error, if there is one.</param>
/// <param name="Source">The file.</param>
/// <param name="Error">Why it can't be built at all; null if nothing was found that forbids it.</param>
public sealed record CheckOutcome(CheckReport Checks, DockerfileSource Source, CortenException? Error);

/// <summary>
/// Builds: reads the Dockerfile, plans, solves. What becomes of the result is the caller's matter (<see cref="Exporting"/>). Builds run side by
/// side and share cache, gate and cache mounts.
/// </summary>
public sealed class BuildService : IAsyncDisposable
{
    private readonly BuildParts _parts;
    /// <summary>Steps at once, of all builds. Most of them wait for a network or a disk and not for a processor.</summary>
    private static readonly int StepsAtOnce = Math.Max(16, 4 * Environment.ProcessorCount);

    private readonly StepGate _gate = new(StepsAtOnce);
    private readonly RunExecutor _runs;
    private Task _tidying = Task.CompletedTask;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectCallback = Distribution.Transport.Dialer.ConnectAsync, AllowAutoRedirect = true, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public BuildService(BuildParts parts)
    {
        _parts = parts;
        Root = new BuildRoot(parts.Stores.Root.Path);
        Cache = new BuildCache(Root, parts.Stores.Database);
        Views = new TreeViews(Root);
        Pruner = new CachePruner(Cache, Root, ImageLayers, cancellation => parts.Images.Store.CollectAsync(cancellation));
        _runs = parts.Runs(new CacheMounts(Cache, Root), Views, Root);
        Packer = new Exporting.LayerPacker(Cache, parts.Stores.Content, parts.Stores.Layers, Views);
        Writer = new Exporting.ImageWriter(Packer, parts.Images.Store);
        Images = new Exporting.ImageExporter(Packer, Writer, parts.Images);
        Archives = new Exporting.LayoutArchive(parts.Images.Store);
        Trees = new Exporting.TreeExporter(Views);
        Attester = new Attestations.Attester(Views);
        Caches = new CacheTransfer.CacheExporter(Cache, Packer, parts.Images.Store);
        parts.Images.Store.AddRoots(() => new Roots([], Cache.Chains()));
    }

    internal Storage.Metadata.Database Database => _parts.Stores.Database;

    /// <summary>For contexts at URLs.</summary>
    public HttpClient Http => _http;

    public BuildRoot Root { get; }

    public BuildCache Cache { get; }

    public CachePruner Pruner { get; }

    public TreeViews Views { get; }

    public Exporting.LayerPacker Packer { get; }

    public Exporting.ImageWriter Writer { get; }

    public Exporting.ImageExporter Images { get; }

    public Exporting.LayoutArchive Archives { get; }

    public Exporting.TreeExporter Trees { get; }

    public Attestations.Attester Attester { get; }

    public CacheTransfer.CacheExporter Caches { get; }

    /// <summary>Nothing yet, for a build to take from.</summary>
    public CacheTransfer.ImportedCache NewImports() => new(Cache, Root, _parts.Stores.Content);

    /// <summary>What images of this engine carry of a cache; those that are not here, or carry none, are left out.</summary>
    public async Task<CacheTransfer.ImportedCache?> ImportsOfAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var imports = NewImports();
        foreach (var name in names.Where(n => _parts.Images.Store.Resolver.TryFind(n) is not null))
        {
            var store = new CacheTransfer.ImageCacheStore(_parts.Images.Store, name);
            foreach (var document in (await CacheTransfer.CacheImporter.ReadAsync(store, cancellation)).Documents)
            {
                imports.Add(store, document);
            }
        }

        return imports.IsEmpty ? null : imports;
    }

    /// <summary>While it is held, what exporters write is not collected.</summary>
    public IDisposable Hold() => _parts.Images.Store.Hold();

    /// <summary>Builds the target's tree.</summary>
    public async Task<BuiltTree> BuildAsync(
        PlanOptions options, bool pull, bool explain, IBuildClient client, IBuildProgress progress, CancellationToken cancellation, CacheTransfer.ImportedCache? imports = null) =>
        await HoldingAsync(async held =>
        {
            var (source, program, checks) = await ReadAsync(options, client, progress, cancellation);
            var sources = new BuildSources(_parts.Images, pull, _parts.Pull, client, progress);
            var planner = new Planner(program, options with { FileName = source.Name }, sources, checks);
            progress.Parsed(program, planner.Needed);
            var plan = await planner.PlanAsync(cancellation);
            return await SolveAsync(plan, source, checks, explain, client, progress, held, imports, cancellation);
        });

    /// <summary>The tree that a URL alone gives: the file.</summary>
    public async Task<BuiltTree> FetchAsync(HttpStep url, IBuildClient client, IBuildProgress progress, CancellationToken cancellation)
    {
        const string nothing = "FROM scratch\n";
        var checks = new CheckReport(null);
        var plan = new BuildPlan { Platform = url.Platform, Target = url, Config = new ImageConfig(), Program = InstructionParser.Parse(nothing, checks) };
        return await HoldingAsync(held => SolveAsync(plan, new DockerfileSource(url.FileName, nothing), checks, explain: false, client, progress, held, null, cancellation));
    }

    /// <summary>What the work gives has the holds from then on; if it gives nothing they are let go of.</summary>
    private async Task<BuiltTree> HoldingAsync(Func<Held, Task<BuiltTree>> work)
    {
        var held = new Held(_parts.Images.Store.Hold(), Cache.Pins.Begin());
        try
        {
            return await work(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private async Task<BuiltTree> SolveAsync(
        BuildPlan plan, DockerfileSource source, CheckReport checks, bool explain, IBuildClient client, IBuildProgress progress, Held held, CacheTransfer.ImportedCache? imports,
        CancellationToken cancellation)
    {
        progress.Planned(plan);
        using var remotes = new RemoteSources(Cache, Root, _http);
        var executor = new StepExecutor(_parts.Stores.Layers, Cache, Views, _runs, remotes, client, progress, plan.Epoch, imports);
        var solver = new Solver(Cache, Root, executor, held.Pins, progress, _gate) { Explain = explain, Imports = imports };
        var lastBefore = Cache.LastId();
        Tree tree;
        var scans = new List<(string Name, Tree Tree)>();
        try
        {
            tree = await solver.SolveAsync(plan.Target, cancellation);
            foreach (var scan in plan.Scans)
            {
                scans.Add((scan.Name, await solver.SolveAsync(scan.Step, cancellation)));
            }
        }
        catch (CortenException e) when (solver.Failed is { } failed)
        {
            e.Data["source"] = source;
            if (failed.Range is { } range)
            {
                e.Data["range"] = range;
            }

            throw;
        }

        TidyLater(lastBefore);
        return new BuiltTree(plan, tree, solver.Outcomes, checks, source)
        {
            Explained = explain, Held = held, Trees = solver.Trees, Scans = scans, Selections = imports?.Selections ?? [],
        };
    }

    /// <summary>Runs the checks alone: over every stage, or those that a target needs. What would stop a build is an answer too.</summary>
    public async Task<CheckOutcome> CheckAsync(PlanOptions options, IBuildClient client, IBuildProgress progress, CancellationToken cancellation)
    {
        var source = await ReadSourceAsync(DefinitionOf(options), client, progress, cancellation);
        var checks = new CheckReport(options.Arguments.GetValueOrDefault("BUILDKIT_DOCKERFILE_CHECK"));
        try
        {
            var program = InstructionParser.Parse(source.Text, checks);
            var sources = new BuildSources(_parts.Images, refresh: false, _parts.Pull, client, progress);
            var all = string.IsNullOrEmpty(options.Target);
            var plan = await new Planner(program, options with { FileName = source.Name, AllStages = all }, sources, checks).PlanAsync(cancellation);
            PracticeChecks.Run(program, plan.Config, hasIgnoreFile: (await client.IgnoreLinesAsync(LocalStep.MainContext, cancellation)).Count > 0, checks);
            return new CheckOutcome(checks, source, null);
        }
        catch (CortenException e)
        {
            return new CheckOutcome(checks, source, e);
        }
    }

    /// <summary>Finds out what a build would do, and does nothing of it.</summary>
    public async Task<(BuildPlan Plan, DockerfileSource Source)> PlanAsync(PlanOptions options, IBuildClient client, IBuildProgress progress, CancellationToken cancellation)
    {
        var (source, program, checks) = await ReadAsync(options, client, progress, cancellation);
        var sources = new BuildSources(_parts.Images, refresh: false, _parts.Pull, client, progress);
        return (await new Planner(program, options with { FileName = source.Name }, sources, checks).PlanAsync(cancellation), source);
    }

    /// <summary>Fetches a context from a URL or a git repository into a folder; gives the name of the Dockerfile in it.</summary>
    /// <exception cref="CortenException">For a repository in the words, and with the kind, of the classic builder.</exception>
    public async Task<string> FetchContextAsync(string url, string folder, string dockerfile, CancellationToken cancellation)
    {
        try
        {
            return await new BuildKit.RemoteContexts(Root, _http).FetchAsync(url, folder, dockerfile, null, cancellation) ? Path.GetFileName(dockerfile) : dockerfile;
        }
        catch (CortenException e) when (GitReference.TryParse(url) is not null)
        {
            throw new CortenException(ErrorKind.Internal, "error fetching: " + e.Message, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _tidying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
    }

    private static async Task<DockerfileSource> ReadSourceAsync(BuildVertex vertex, IBuildClient client, IBuildProgress progress, CancellationToken cancellation)
    {
        progress.Announce(vertex);
        progress.Begin(vertex);
        try
        {
            var source = await client.ReadDockerfileAsync((id, current, total, done) => progress.Status(vertex, id, current, total, done), cancellation);
            progress.End(vertex, cached: false, null);
            return source;
        }
        catch (Exception e)
        {
            progress.End(vertex, cached: false, e.Message);
            throw;
        }
    }

    private static BuildVertex DefinitionOf(PlanOptions options) => new("[internal] load build definition from " + options.FileName, null, []);

    private static async Task<(DockerfileSource Source, DockerfileProgram Program, CheckReport Checks)> ReadAsync(
        PlanOptions options, IBuildClient client, IBuildProgress progress, CancellationToken cancellation)
    {
        var vertex = DefinitionOf(options);
        var source = await ReadSourceAsync(vertex, client, progress, cancellation);
        var checks = new CheckReport(options.Arguments.GetValueOrDefault("BUILDKIT_DOCKERFILE_CHECK")) { Found = finding => progress.Warn(vertex, finding) };
        try
        {
            var program = InstructionParser.Parse(source.Text, checks);
            NoteSyntax(program, options, progress);
            return (source, program, checks);
        }
        catch (DockerfileException e)
        {
            e.Data["source"] = source;
            throw;
        }
    }

    /// <summary>A front end that the file names is not run; the build says so, once.</summary>
    private static void NoteSyntax(DockerfileProgram program, PlanOptions options, IBuildProgress progress)
    {
        var named = options.Arguments.GetValueOrDefault("BUILDKIT_SYNTAX") ?? (program.Text.Directives.TryGetValue("syntax", out var directive) ? directive.Value.Split(' ')[0] : null);
        if (!string.IsNullOrEmpty(named))
        {
            var vertex = new BuildVertex($"[internal] syntax {named} is served by the built-in front end", null, []);
            progress.Announce(vertex);
            progress.Begin(vertex);
            progress.End(vertex, cached: false, null);
        }
    }

    /// <summary>
    /// What was written reaches the disk in the background; until then a power cut makes the records void, nothing else does. Then the cache is brought
    /// back to its bound.
    /// </summary>
    private void TidyLater(long lastBefore)
    {
        var last = Cache.LastId();
        if (last == lastBefore)
        {
            return;
        }

        _tidying = TidyAsync(_tidying, last);
    }

    /// <summary>Bytes that the cache is pruned to after each build; 0: no bound.</summary>
    public long CacheLimit => _parts.CacheLimit ?? Pruner.DefaultLimit;

    private async Task TidyAsync(Task before, long last)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await DiskWait.Run(() =>
        {
            using var folder = Linux.Files.FileAt.Open(Root.Temporary, Linux.Files.OpenFlags.ReadOnly | Linux.Files.OpenFlags.Directory);
            Linux.Files.OpenFile.SyncFileSystem(folder);
        });
        Cache.MarkSynced(last);
        if (CacheLimit is not 0 and var limit)
        {
            await Pruner.PruneAsync(new PruneOptions { All = true, MaxUsedSpace = limit }, CancellationToken.None);
        }
    }

    /// <summary>The chains of all layers that images have.</summary>
    private IReadOnlySet<Digest> ImageLayers()
    {
        var parents = _parts.Stores.Layers.List().ToDictionary(l => l.Key, l => l.Parent);
        var found = new HashSet<Digest>();
        foreach (var top in _parts.Images.Store.Catalog.Roots().Layers)
        {
            for (var chain = top; !chain.IsEmpty && found.Add(chain);)
            {
                chain = parents.GetValueOrDefault(chain);
            }
        }

        return found;
    }

    /// <summary>The image store's hold and the cache's, let go of together.</summary>
    private sealed class Held(IDisposable images, RecordPins.PinSet pins) : IDisposable
    {
        private IDisposable? _images = images;

        public RecordPins.PinSet Pins => pins;

        public void Dispose()
        {
            Interlocked.Exchange(ref _images, null)?.Dispose();
            pins.Dispose();
        }
    }
}
