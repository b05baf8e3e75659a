using System.Net;
using System.Net.Sockets;
using Corten.Daemon.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Corten.Daemon.Listening;

/// <summary>
/// Kestrel without a host around it: a transport, HTTP/1.1 and our own application. It starts in a fraction of the time and memory that the
/// hosting layers take.
/// </summary>
internal sealed class EngineServer : IAsyncDisposable
{
    /// <summary>As Go's server: an X-Registry-Config of many registries is long.</summary>
    private const int MaxHeaders = 1 << 20;

    /// <summary>As Go's: a burst of clients finds room, where Kestrel's own 512 turned them away.</summary>
    private const int Backlog = 4096;

    /// <summary>
    /// Go's server never gives up an idle connection. Not an infinite time: Kestrel adds to it, it wraps, and whatever connection waits for its next
    /// request at the second's tick is cut off.
    /// </summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromDays(365);

    private readonly KestrelServer _server;
    private readonly List<string> _sockets = [];

    /// <param name="addresses">At least one.</param>
    /// <param name="tls">For TCP; null for plain.</param>
    /// <param name="groupId">Who else may use the unix sockets.</param>
    public EngineServer(IReadOnlyList<ListenAddress> addresses, TlsServer? tls, uint? groupId)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowHostHeaderOverride = true };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestLineSize = MaxHeaders;
        options.Limits.MaxRequestBufferSize = MaxHeaders * 2;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaders;
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromMinutes(5);
        foreach (var address in addresses)
        {
            Listen(options, address, tls);
        }

        var transport = new SocketTransportOptions
        {
            CreateBoundListenSocket = endPoint => ListenSockets.Bind(endPoint, groupId),
            IOQueueCount = 1,
            Backlog = Backlog,
        };
        _server = new KestrelServer(
            Options.Create(options), new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => _server.StartAsync(application, cancellationToken);

    /// <summary>Accepts nothing more, lets running requests end until the token is cancelled, then cuts them off.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _server.StopAsync(cancellationToken);
        foreach (var socket in _sockets)
        {
            File.Delete(socket);
        }
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Listen(KestrelServerOptions options, ListenAddress address, TlsServer? tls)
    {
        switch (address)
        {
            case ListenAddress.UnixSocket unix:
                _sockets.Add(unix.Path);
                options.ListenUnixSocket(unix.Path, listen => Configure(listen, tls: null));
                break;
            case ListenAddress.Tcp tcp:
                options.Listen(tcp.EndPoint, listen => Configure(listen, tls));
                break;
            case ListenAddress.Activated activated:
                foreach (var descriptor in ListenSockets.Activated(activated.Name))
                {
                    using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
                    var secured = socket.LocalEndPoint is IPEndPoint ? tls : null;
                    options.ListenHandle((ulong)descriptor, listen => Configure(listen, secured));
                }

                break;
        }
    }

    private static void Configure(ListenOptions listen, TlsServer? tls)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (tls is not null)
        {
            listen.Use(next => connection => tls.RunAsync(next, connection));
        }

        listen.Use(next => connection => HijackConnection.RunAsync(next, connection));
    }
}
