using Corten.Daemon.Diagnostics;
using Corten.Daemon.Endpoints.System;
using Corten.Daemon.Http;
using Corten.Daemon.Listening;

namespace Corten.Daemon;

/// <summary>The one place that knows every capability: builds them, plainly, from the bottom up, and hangs their endpoints into the table.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private readonly EngineServer _server;
    private readonly EngineApplication _application;

    public Composition(IReadOnlyList<ListenAddress> hosts, Log log)
    {
        var identity = new EngineIdentity { Version = "28.5.2" };
        var routes = new RouteTable();
        SystemRoutes.Add(routes);
        _application = new EngineApplication(routes, identity, log);
        _server = new EngineServer(hosts, tls: null, groupId: null);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
