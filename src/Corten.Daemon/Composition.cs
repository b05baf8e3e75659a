using Corten.Containers;
using Corten.Containers.Machine;
using Corten.Containers.Model;
using Corten.Daemon.Configuration;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Endpoints.Build;
using Corten.Daemon.Endpoints.Checkpoints;
using Corten.Daemon.Endpoints.Containers;
using Corten.Daemon.Endpoints.Debug;
using Corten.Daemon.Endpoints.Exec;
using Corten.Daemon.Endpoints.Images;
using Corten.Daemon.Endpoints.Networks;
using Corten.Daemon.Endpoints.Plugins;
using Corten.Daemon.Endpoints.Swarm;
using Corten.Daemon.Endpoints.System;
using Corten.Daemon.Endpoints.Volumes;
using Corten.Daemon.Http;
using Corten.Daemon.Lifetime;
using Corten.Daemon.Listening;
using Corten.Distribution;
using Corten.EngineApi.Events;
using Corten.Images;
using Corten.Networks;
using Corten.Oci.Errors;
using Corten.Storage;
using Corten.Volumes;

namespace Corten.Daemon;

/// <summary>The one place that knows every capability: builds them, plainly, from the bottom up, and hangs their endpoints into the table.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private const string DefaultHost = "unix:///run/corten/corten.sock";

    private readonly Stores _stores;
    private readonly Registries _registries;
    private readonly ImageService _images;
    private readonly VolumeService _volumes;
    private readonly NetworkService _networks;
    private readonly ContainerService _containers;
    private readonly Builder _builder;
    private readonly EngineServer _server;
    private readonly EngineApplication _application;
    private readonly EventLog _events = new();
    private readonly IdleMemory _idle;
    private readonly Log _log;
    private DaemonOptions _options;

    public Composition(DaemonOptions options, Log log)
    {
        (_options, _log) = (options, log);
        _stores = Stores.Open(options.DataRoot);
        _registries = new Registries(Settings.OfRegistries(options));
        _idle = new IdleMemory(_stores.Database.ReleaseMemory);
        _volumes = new VolumeService(_stores.Database, Settings.OfVolumes(options), _events);
        _networks = NetworkService.Start(Settings.OfNetworks(options), _stores.Database, _events, log.Warn);
        var registry = new ContainerRegistry();
        _images = new ImageService(new ImageStore(
            _stores.Database, _stores.Content, _stores.Layers, _stores.InUse, _stores.Garbage, _registries, _events, registry));
        _containers = new ContainerService(Settings.OfContainers(options), new ContainerNeighbours
        {
            Database = _stores.Database,
            Snapshots = _stores.Snapshots,
            Layers = _stores.Layers,
            Images = _images.Store,
            Registry = registry,
            Sandboxes = _networks.Sandboxes,
            Volumes = _volumes.Containers,
            Events = _events,
            Report = new ContainerReport(log),
        });

        _builder = new Builder(_stores, _images, _containers, Settings.OfContainers(options), _networks.Sandboxes, options.BuildCacheLimit);

        var identity = new EngineIdentity
        {
            Version = Release.Engine,
            Experimental = options.Experimental,
            Id = EngineId.Load(options.DataRoot),
        };
        _application = new EngineApplication(Routes(identity), identity, log, _idle);
        _server = new EngineServer(Addresses(options), TlsFiles.Load(options), UnixGroup.Find(options.Group));
    }

    /// <summary>Puts right what an earlier daemon left, then answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        AppArmor.LoadDefault(_log.Warn);
        var live = _containers.FindLive();
        _stores.Garbage.SweepAtStart(_containers.Registry.All.Select(c => c.Id).ToHashSet());
        await _networks.Sandboxes.RestoreAsync(live, cancellationToken);
        await _volumes.RestoreAsync(live.ToHashSet(), cancellationToken);
        await _containers.SettleAsync(cancellationToken);
        await _server.StartAsync(_application, cancellationToken);
        foreach (var host in _options.Hosts.DefaultIfEmpty(DefaultHost))
        {
            _log.Info($"API listen on {host}");
        }

        await CollectAsync(cancellationToken);
    }

    /// <summary>What an earlier daemon was about to remove, or had pulled for an image that never came to be. A failure costs space only.</summary>
    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var collected = await _images.Store.CollectAsync(cancellationToken);
            if (collected.Blobs.Count + collected.Layers.Count > 0)
            {
                _log.Info($"removed {collected.Blobs.Count} blobs and {collected.Layers.Count} layers that nothing refers to ({collected.Bytes} bytes)");
            }
        }
        catch (Exception e) when (e is CortenException or IOException)
        {
            _log.Warn($"what nothing refers to was not removed: {e.Message}");
        }
    }

    /// <summary>Reads flags and file again and applies what may change while the daemon runs. What is wrong is logged, and nothing changes.</summary>
    public void Reload(IReadOnlyList<string> arguments)
    {
        DaemonOptions options;
        try
        {
            options = OptionLoader.Load(arguments);
        }
        catch (CortenException e)
        {
            _log.Error("configuration not reloaded: " + e.Message, e);
            return;
        }

        _options = _options.WithReloaded(options);
        _registries.Settings = Settings.OfRegistries(_options);
        _containers.Reload(Settings.OfContainers(_options));
        _log.Level = _options.Debug ? LogLevel.Debug : _options.LogLevel;
        _events.Publish(EventType.Daemon, "reload", "", [new("name", Machine.Hostname)]);
        _log.Info("Reloaded configuration");
    }

    /// <summary>Lets requests end, then closes everything. Containers run on.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await _application.DrainAsync(patience);
        await _server.StopAsync(new CancellationToken(canceled: true));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _idle.Dispose();
        await _builder.DisposeAsync();
        await _containers.DisposeAsync();
        _networks.Dispose();
        _volumes.Dispose();
        _registries.Dispose();
        _stores.Dispose();
    }

    private RouteTable Routes(EngineIdentity identity)
    {
        var objects = new EngineObjects
        {
            Containers = _containers.Count,
            Images = () => _images.Store.Catalog.List().Count,
            NetworkDrivers = ["bridge", "host", "ipvlan", "macvlan", "null"],
            LogDrivers = ["journald", "json-file", "local", "none", "syslog"],
            RuntimePath = Settings.RuntimePath(_options),
        };
        var routes = new RouteTable();
        var info = new Info(identity, () => _options, objects, _volumes, _events);
        var usage = new DiskUsageEndpoint(_stores, _images, _containers, _volumes, _builder);
        SystemRoutes.Add(routes, identity, new Ping(() => _options), info, usage, _events);
        CheckpointRoutes.Add(routes, identity.Experimental);
        ContainersRoutes.Add(routes, _containers, _images);
        ExecRoutes.Add(routes, _containers);
        ImagesRoutes.Add(routes, _images);
        VolumesRoutes.Add(routes, _volumes);
        NetworksRoutes.Add(routes, _networks, _containers);
        BuildRoutes.Add(routes, _builder.Builds, _builder.Face, _builder.Grpc, identity.Experimental);
        PluginsRoutes.Add(routes);
        SwarmRoutes.Add(routes);
        if (_options.Debug)
        {
            routes.Get("/debug/vars", Vars.ServeAsync);
        }

        return routes;
    }

    private static IReadOnlyList<ListenAddress> Addresses(DaemonOptions options) =>
        [.. options.Hosts.DefaultIfEmpty(DefaultHost).Select(h => ListenAddress.Parse(h, options.UsesTls))];
}
