using Grpc.Net.Client;

namespace Corten.Daemon.BuildKit;

/// <summary>
/// What a client offers to the builds that it asks for: its files, secrets, credentials, agents. The client opened the connection, and is the
/// gRPC server on it.
/// </summary>
internal sealed class BuildSession : IDisposable
{
    private int _connected;

    /// <param name="stream">The hijacked connection.</param>
    public BuildSession(string id, string name, string sharedKey, IReadOnlySet<string> methods, Stream stream, CancellationToken gone)
    {
        (Id, Name, SharedKey, Methods, Gone) = (id, name, sharedKey, methods, gone);
        Channel = GrpcChannel.ForAddress("http://session", new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                EnableMultipleHttp2Connections = false,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                PooledConnectionLifetime = Timeout.InfiniteTimeSpan,

                // There is the one connection, and never another: when it is gone, so is the session.
                ConnectCallback = (_, _) => Interlocked.Exchange(ref _connected, 1) == 0
                    ? new ValueTask<Stream>(stream)
                    : throw new IOException($"the session {id} has ended"),
            },
        });
    }

    public string Id { get; }

    public string Name { get; }

    /// <summary>The same for builds from the same folder: what was sent before need not be sent again.</summary>
    public string SharedKey { get; }

    /// <summary>The gRPC methods that the client has, as <c>/moby.filesync.v1.FileSync/DiffCopy</c>.</summary>
    public IReadOnlySet<string> Methods { get; }

    /// <summary>Calls the client.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Gone { get; }

    public bool Offers(string method) => Methods.Contains(method);

    public void Dispose() => Channel.Dispose();
}
