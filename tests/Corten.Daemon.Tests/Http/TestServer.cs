using System.Net.Sockets;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Http;
using Corten.Daemon.Lifetime;
using Corten.Daemon.Listening;

namespace Corten.Daemon.Tests.Http;

/// <summary>The daemon's shell on a unix socket of its own, with the routes that a test gives it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly EngineServer _server;
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-daemon-tests-").FullName;

    private TestServer() => _server = new EngineServer([new ListenAddress.UnixSocket(SocketPath)], tls: null, groupId: null);

    public string SocketPath => Path.Combine(_folder, "s");

    public static async Task<TestServer> StartAsync(Action<RouteTable> addRoutes)
    {
        var routes = new RouteTable();
        addRoutes(routes);
        var server = new TestServer();
        var identity = new EngineIdentity { Version = "28.5.2", Id = "test" };
        await server._server.StartAsync(new EngineApplication(routes, identity, new Log(TextWriter.Null), new IdleMemory(static () => { })), CancellationToken.None);
        return server;
    }

    public async Task<RawClient> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        return new RawClient(socket);
    }

    /// <summary>An ordinary client; it follows no redirects.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
