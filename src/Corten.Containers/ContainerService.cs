using Corten.Containers.Attach;
using Corten.Containers.Creation;
using Corten.Containers.Exec;
using Corten.Containers.Files;
using Corten.Containers.Health;
using Corten.Containers.Images;
using Corten.Containers.Launching;
using Corten.Containers.Lifecycle;
using Corten.Containers.Logs;
using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Containers.Usage;
using Corten.Containers.Views;
using Corten.EngineApi.Events;
using Corten.Images;
using Corten.Linux.Events;
using Corten.Networks.Sandboxes;
using Corten.Storage.Layers;
using Corten.Storage.Metadata;
using Corten.Storage.Snapshots;
using Corten.Volumes;

namespace Corten.Containers;

/// <summary>What containers are built on.</summary>
public sealed record ContainerNeighbours
{
    public required Database Database { get; init; }

    public required SnapshotStore Snapshots { get; init; }

    public required LayerStore Layers { get; init; }

    public required ImageStore Images { get; init; }

    /// <summary>Made before everything else, since it tells the images which of them are in use.</summary>
    public required ContainerRegistry Registry { get; init; }

    public required ISandboxes Sandboxes { get; init; }

    public required ContainerVolumes Volumes { get; init; }

    public required EventLog Events { get; init; }

    public required IContainerReport Report { get; init; }
}

/// <summary>The containers of this engine: each verb is an object of its own, and this puts them together.</summary>
public sealed class ContainerService : IAsyncDisposable
{
    private readonly ContainerCore _core;
    private readonly RestoreContainers _restore;

    public ContainerService(ContainerSettings settings, ContainerNeighbours neighbours)
    {
        neighbours.Database.Apply(ContainerTable.Schema);
        var paths = new ContainerPaths(settings);
        _core = new ContainerCore
        {
            Settings = settings,
            Registry = neighbours.Registry,
            Table = new ContainerTable(neighbours.Database),
            Paths = paths,
            Events = new ContainerEvents(neighbours.Events),
            Launcher = new Launcher(settings.RuntimePath, paths.StartLock),
            Loop = new EventLoop(),
            Sandboxes = neighbours.Sandboxes,
            Volumes = neighbours.Volumes,
            Images = new ContainerImages(neighbours.Images),
            Layers = new ContainerLayers(neighbours.Snapshots, neighbours.Layers),
            Report = neighbours.Report,
            LogCompression = new LogCompression(neighbours.Report),
        };
        var execs = new ExecRegistry();
        var runner = new ExecProcessRunner(_core);
        var health = new HealthChecks(_core, execs, runner);
        var policies = new RestartPolicies(_core);
        var end = new ContainerEnd(_core, policies);
        var signals = new Signals(_core);
        Create = new CreateContainer(_core);
        Start = new StartContainer(_core, end, health);
        Stop = new StopContainer(_core, signals);
        Kill = new KillContainer(_core, signals);
        Restart = new RestartContainer(_core, Stop, Start);
        Pause = new PauseContainer(_core);
        Remove = new RemoveContainer(_core, Stop, signals, end);
        Rename = new RenameContainer(_core);
        Wait = new WaitContainer(_core);
        ConnectNetwork = new ConnectNetwork(_core);
        DisconnectNetwork = new DisconnectNetwork(_core);
        Update = new UpdateContainer(_core);
        Prune = new PruneContainers(_core, Remove);
        Resize = new ResizeContainer(_core);
        Logs = new ReadLogs(_core);
        Attach = new AttachContainer(_core, Logs);
        CreateExec = new CreateExec(_core, execs);
        StartExec = new StartExec(_core, execs, runner);
        InspectExec = new InspectExec(execs);
        ResizeExec = new ResizeExec(execs);
        var files = new ContainerFiles(_core);
        ReadArchive = new ReadArchive(_core, files);
        WriteArchive = new WriteArchive(_core, files);
        Export = new ExportContainer(_core);
        Changes = new ListChanges(_core);
        Commit = new CommitContainer(_core);
        Top = new TopContainer(_core);
        Stats = new StatsContainer(_core);
        Inspect = new InspectContainer(_core, execs);
        List = new ListContainers(_core);
        _restore = new RestoreContainers(_core, end, Remove, Start, policies, health);
    }

    public ContainerRegistry Registry => _core.Registry;

    /// <summary>The container of <c>--network container:NAME</c>, for those who run containers of their own.</summary>
    /// <exception cref="Oci.Errors.CortenException">It is not there, or does not run.</exception>
    public NetworkDonor NetworkOf(string idOrName)
    {
        var (donor, paths) = (NamespaceDonor.Find(_core.Registry, idOrName, NamespaceDonor.JoiningNetwork), _core.Paths);
        var hostname = donor.Record.Config.Hostname is { Length: > 0 } own ? own : Environment.MachineName;
        return new NetworkDonor(donor.Id, hostname, paths.Hosts(donor.Id), paths.ResolvConf(donor.Id), paths.Hostname(donor.Id));
    }

    /// <summary>The launcher, for those who run containers of their own: build steps.</summary>
    public Launcher Launcher => _core.Launcher;

    /// <summary>Where the ends of processes are noticed.</summary>
    public EventLoop Loop => _core.Loop;

    public CreateContainer Create { get; }

    public StartContainer Start { get; }

    public StopContainer Stop { get; }

    public KillContainer Kill { get; }

    public RestartContainer Restart { get; }

    public PauseContainer Pause { get; }

    public RemoveContainer Remove { get; }

    public RenameContainer Rename { get; }

    public WaitContainer Wait { get; }

    public ConnectNetwork ConnectNetwork { get; }

    public DisconnectNetwork DisconnectNetwork { get; }

    public UpdateContainer Update { get; }

    public PruneContainers Prune { get; }

    public ResizeContainer Resize { get; }

    public ReadLogs Logs { get; }

    public AttachContainer Attach { get; }

    public CreateExec CreateExec { get; }

    public StartExec StartExec { get; }

    public InspectExec InspectExec { get; }

    public ResizeExec ResizeExec { get; }

    public ReadArchive ReadArchive { get; }

    public WriteArchive WriteArchive { get; }

    public ExportContainer Export { get; }

    public ListChanges Changes { get; }

    public CommitContainer Commit { get; }

    public TopContainer Top { get; }

    public StatsContainer Stats { get; }

    public InspectContainer Inspect { get; }

    public ListContainers List { get; }

    /// <summary>How many run, are paused, and do not run.</summary>
    public (int Running, int Paused, int Stopped) Count()
    {
        var all = _core.Registry.All;
        var paused = all.Count(container => container.Status.Paused);
        var up = all.Count(container => container.Status.IsUp);
        return (up - paused, paused, all.Count - up);
    }

    /// <summary>Before anything that an earlier daemon left is looked at: waits until its last starts have come to their end.</summary>
    public void AwaitEarlierStarts() => _core.Launcher.AwaitEarlierStarts(_core.Report.Warn);

    /// <summary>
    /// First at the daemon's start: takes up the containers of an earlier daemon. Those that it names run; networks and volumes are restored for them,
    /// and then <see cref="SettleAsync"/> goes on.
    /// </summary>
    public IReadOnlyCollection<string> FindLive()
    {
        Directory.CreateDirectory(_core.Paths.ExecFolder);
        Directory.CreateDirectory(_core.Paths.RuntimeRoot);
        AwaitEarlierStarts();
        _core.Launcher.Start();
        return _restore.FindLive();
    }

    /// <summary>Other settings for what is created from now on. Folders and programs stay as they were.</summary>
    public void Reload(ContainerSettings settings) => _core.Settings = settings;

    /// <summary>Deals with what ended while no daemon ran, and starts what is to run.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => _restore.SettleAsync(cancellationToken);

    /// <summary>Lets go of all containers; they run on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _core.Closing.CancelAsync();
        foreach (var container in _core.Registry.All)
        {
            container.Health?.Stop();
            container.Run?.Dispose();
        }

        await _core.LogCompression.DisposeAsync();
        _core.Launcher.Dispose();
        _core.CgroupMoves.Dispose();
        _core.Loop.Dispose();
    }
}
