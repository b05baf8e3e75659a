using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Corten.Daemon.BuildKit;

/// <summary>
/// Serves gRPC over connections that were hijacked. Made at the first of them: a daemon that nobody builds with does not pay for it.
/// </summary>
/// <param name="addServices">Puts what the gRPC services are built from into the container.</param>
/// <param name="map">Maps the gRPC services.</param>
internal sealed class GrpcHost(Action<IServiceCollection> addServices, Action<IEndpointRouteBuilder> map) : IAsyncDisposable
{
    private readonly MemoryListener _listener = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private WebApplication? _application;

    /// <summary>Serves a connection until either side ends it.</summary>
    /// <param name="stream">Disposed at the end.</param>
    /// <param name="gone">The client is gone.</param>
    public async Task ServeAsync(Stream stream, CancellationToken gone)
    {
        await StartAsync(gone);
        await _listener.ServeAsync(stream, gone);
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync(new CancellationToken(canceled: true));
            await _application.DisposeAsync();
        }

        _turn.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _application ??= await BuildAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Not the first client's alone, so that it does not end with it.</summary>
    private async Task<WebApplication> BuildAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromDays(365);
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 << 20;
            kestrel.Limits.Http2.InitialStreamWindowSize = 2 << 20;
            kestrel.Listen(MemoryListener.Address, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(_listener);
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(options => (options.MaxReceiveMessageSize, options.MaxSendMessageSize) = (null, null));
        addServices(builder.Services);
        var application = builder.Build();
        application.UseRouting();
        map(application);
        await application.StartAsync(CancellationToken.None);
        return application;
    }
}
