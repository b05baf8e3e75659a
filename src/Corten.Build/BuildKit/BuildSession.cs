using Corten.Build.BuildKit.Protocol.Session;
using Corten.Build.BuildKit.Protocol.Session.Agents;
using Grpc.Core;
using Grpc.Net.Client;

namespace Corten.Build.BuildKit;

/// <summary>A client's session: a connection over which it serves its files, secrets and agents to us for as long as it lasts.</summary>
public sealed class BuildSession : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CancellationTokenSource _gone = new();

    /// <param name="id">What the client calls it.</param>
    /// <param name="sharedKey">The same for every build of one folder on one machine: contexts are kept by it.</param>
    /// <param name="methods">The paths of the calls that the client serves, in lower case.</param>
    /// <param name="connection">HTTP/2 begins on it at once.</param>
    public BuildSession(string id, string sharedKey, IEnumerable<string> methods, Stream connection)
    {
        (Id, SharedKey, Methods) = (id, sharedKey, methods.Select(m => m.ToLowerInvariant()).ToHashSet());
        Stream? once = connection;
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false, EnableMultipleHttp2Connections = false, PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
                ConnectCallback = (_, _) => Interlocked.Exchange(ref once, null) is { } stream ? ValueTask.FromResult(stream)
                    : ValueTask.FromException<Stream>(new IOException("the client's session is gone")),
            },
        });
        Invoker = _channel.CreateCallInvoker();
        Secrets = new Secrets.SecretsClient(Invoker);
        Files = new FileSync.FileSyncClient(Invoker);
        Agents = new SSH.SSHClient(Invoker);
        Credentials = new Auth.AuthClient(Invoker);
        Uploads = new Protocol.Session.Uploads.Upload.UploadClient(Invoker);
    }

    public string Id { get; }

    public string SharedKey { get; }

    public IReadOnlySet<string> Methods { get; }

    public CallInvoker Invoker { get; }

    public Secrets.SecretsClient Secrets { get; }

    public FileSync.FileSyncClient Files { get; }

    public SSH.SSHClient Agents { get; }

    public Auth.AuthClient Credentials { get; }

    public Protocol.Session.Uploads.Upload.UploadClient Uploads { get; }

    /// <summary>Cancelled when the client goes away.</summary>
    public CancellationToken Gone => _gone.Token;

    public bool Serves(string method) => Methods.Contains(method.ToLowerInvariant());

    public void Dispose()
    {
        _gone.Cancel();
        _channel.Dispose();
        _gone.Dispose();
    }
}

/// <summary>The sessions that are open. A build may ask for one before it is there.</summary>
public sealed class SessionRegistry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, TaskCompletionSource<BuildSession>> _sessions = [];

    /// <summary>Announces a session; dispose of the result when its connection ends.</summary>
    public IDisposable Open(BuildSession session)
    {
        lock (_sessions)
        {
            Slot(session.Id).TrySetResult(session);
        }

        return new Closing(() =>
        {
            lock (_sessions)
            {
                _sessions.Remove(session.Id);
            }

            session.Dispose();
        });
    }

    public async Task<BuildSession> GetAsync(string id, CancellationToken cancellation)
    {
        Task<BuildSession> waiting;
        lock (_sessions)
        {
            waiting = Slot(id).Task;
        }

        try
        {
            return await waiting.WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException)
        {
            throw Oci.Errors.CortenException.Invalid($"no active session for {id}: context deadline exceeded");
        }
    }

    private TaskCompletionSource<BuildSession> Slot(string id)
    {
        if (!_sessions.TryGetValue(id, out var slot))
        {
            _sessions[id] = slot = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return slot;
    }

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
