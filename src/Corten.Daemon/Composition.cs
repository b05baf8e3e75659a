using Corten.Daemon.Configuration;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Endpoints.System;
using Corten.Daemon.Endpoints.Volumes;
using Corten.Daemon.Http;
using Corten.Daemon.Listening;
using Corten.EngineApi.Events;
using Corten.Oci.Errors;
using Corten.Storage.Metadata;
using Corten.Volumes;

namespace Corten.Daemon;

/// <summary>The one place that knows every capability: builds them, plainly, from the bottom up, and hangs their endpoints into the table.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private const string DefaultHost = "unix:///run/corten/corten.sock";

    private readonly Database _database;
    private readonly VolumeService _volumes;
    private readonly EngineServer _server;
    private readonly EngineApplication _application;
    private readonly EventLog _events = new();
    private readonly Log _log;
    private DaemonOptions _options;

    public Composition(DaemonOptions options, Log log)
    {
        (_options, _log) = (options, log);
        _database = Database.Open(Path.Combine(options.DataRoot, "corten.db"));
        _volumes = new VolumeService(_database, VolumeSettings(options), _events);

        var identity = new EngineIdentity { Version = "28.5.2", Experimental = options.Experimental };
        var routes = new RouteTable();
        SystemRoutes.Add(routes);
        VolumesRoutes.Add(routes, _volumes);

        _application = new EngineApplication(routes, identity, log);
        _server = new EngineServer(Addresses(options), TlsFiles.Load(options), UnixGroup.Find(options.Group));
    }

    /// <summary>Puts right what an earlier daemon left, then answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _volumes.RestoreAsync(new HashSet<string>(), cancellationToken);
        await _server.StartAsync(_application, cancellationToken);
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
        _log.Level = _options.Debug ? LogLevel.Debug : _options.LogLevel;
        _events.Publish(EventType.Daemon, "reload", "", [new("name", Environment.MachineName)]);
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
        _volumes.Dispose();
        _database.Dispose();
    }

    private static VolumeSettings VolumeSettings(DaemonOptions options) => new()
    {
        Root = Path.Combine(options.DataRoot, "volumes"),
        PartsRoot = Path.Combine(options.ExecRoot, "volumes"),
    };

    private static IReadOnlyList<ListenAddress> Addresses(DaemonOptions options) =>
        [.. options.Hosts.DefaultIfEmpty(DefaultHost).Select(h => ListenAddress.Parse(h, options.UsesTls))];
}
