using Corten.Build.BuildKit.Protocol.Session;
using Corten.Build.BuildKit.Protocol.Session.Agents;
using Corten.Build.BuildKit.Sessions.Calls;
using Corten.Build.BuildKit.Sessions.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>A client's session: a connection over which it serves its files, secrets and agents to us for as long as it lasts.</summary>
public sealed class BuildSession : IAsyncDisposable
{
    private readonly Http2Client _connection;
    private readonly CancellationTokenSource _gone = new();

    /// <param name="id">What the client calls it.</param>
    /// <param name="sharedKey">The same for every build of one folder on one machine: contexts are kept by it.</param>
    /// <param name="methods">The paths of the calls that the client serves, in lower case.</param>
    /// <param name="connection">HTTP/2 begins on it at once. To be disposed after this.</param>
    public BuildSession(string id, string sharedKey, IEnumerable<string> methods, Stream connection)
    {
        (Id, SharedKey, Methods) = (id, sharedKey, methods.Select(m => m.ToLowerInvariant()).ToHashSet());
        Gone = _gone.Token;
        _connection = new Http2Client(connection);
        Invoker = new SessionInvoker(_connection);
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
    public CancellationToken Gone { get; }

    public bool Serves(string method) => Methods.Contains(method.ToLowerInvariant());

    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended => _connection.Ended;

    /// <summary>Ends every call of the session.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _connection.DisposeAsync();
        _gone.Dispose();
    }
}
