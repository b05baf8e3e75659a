using System.Text;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Execution;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Distribution.Authentication;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>A client behind a session. Its folders are asked for by name and brought up to date; only paths that the Dockerfile uses are asked for.</summary>
internal sealed class SessionClient(BuildSession session, FrontendOptions options, ContextStore contexts) : IBuildClient, IDisposable
{
    private const int MaxDockerfile = 16 << 20;
    private const int MaxIgnoreFile = 1 << 20;

    private readonly List<IDisposable> _leases = [];
    private readonly Dictionary<string, Task<IReadOnlyList<string>>> _ignored = [];
    private byte[]? _ignoreFile;

    public IBuildSecrets Secrets { get; } = new SessionSecrets(session);

    public async Task<RegistryCredentials> CredentialsAsync(string registry, CancellationToken cancellation)
    {
        if (!session.Serves("/moby.filesync.v1.Auth/Credentials"))
        {
            return RegistryCredentials.Anonymous;
        }

        // Clients keep Docker Hub's under the name of its registry.
        var host = registry == Oci.Image.ImageReference.DefaultDomain ? "registry-1.docker.io" : registry;
        var answer = await session.Credentials.CredentialsAsync(new Protocol.Session.CredentialsRequest { Host = host }, cancellationToken: cancellation);
        return answer.Username.Length == 0 && answer.Secret.Length > 0 ? new RegistryCredentials { IdentityToken = answer.Secret }
            : new RegistryCredentials { Username = answer.Username, Password = answer.Secret };
    }

    public async Task<DockerfileSource> ReadDockerfileAsync(TransferProgress progress, CancellationToken cancellation)
    {
        var name = options.FileName;
        using var lease = contexts.Take("", options.DockerfileContext);
        await SyncAsync(options.DockerfileContext, lease, [name, name + ".dockerignore", name == "Dockerfile" ? "dockerfile" : name], [], "transferring dockerfile", progress, cancellation);
        using var root = FileAt.Open(lease.Files, OpenFlags.ReadOnly | OpenFlags.Directory);
        _ignoreFile = FolderClient.TryRead(root, name + ".dockerignore", MaxIgnoreFile);
        var content = FolderClient.TryRead(root, name, MaxDockerfile) ?? (name == "Dockerfile" ? FolderClient.TryRead(root, "dockerfile", MaxDockerfile) : null)
            ?? throw CortenException.Invalid($"failed to read dockerfile: open {name}: no such file or directory");
        return new DockerfileSource(name, Encoding.UTF8.GetString(content));
    }

    public Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation)
    {
        lock (_ignored)
        {
            return _ignored.TryGetValue(contextName, out var known) ? known : _ignored[contextName] = ReadIgnoreAsync(contextName, cancellation);
        }
    }

    public async Task<ContextFolder> FetchAsync(LocalStep step, TransferProgress progress, CancellationToken cancellation)
    {
        var name = step.ContextName;
        var excludes = await IgnoreLinesAsync(name, cancellation);
        var lease = contexts.Take(session.SharedKey, name);
        lock (_leases)
        {
            _leases.Add(lease);
        }

        var paths = step.Paths is null || step.Paths.Contains("") || step.Paths.Count == 0 ? null : step.Paths.Order(StringComparer.Ordinal).ToArray();
        var manifest = await SyncAsync(name, lease, paths, excludes, "transferring context:", progress, cancellation);
        return new ContextFolder($"local:{name}:{BuildRoot.NewUid()}", lease.Files, manifest);
    }

    public void Dispose()
    {
        lock (_leases)
        {
            _leases.ForEach(l => l.Dispose());
            _leases.Clear();
        }
    }

    private async Task<IReadOnlyList<string>> ReadIgnoreAsync(string contextName, CancellationToken cancellation)
    {
        var file = contextName == LocalStep.MainContext ? _ignoreFile : null;
        if (file is null && (contextName != LocalStep.MainContext || options.HasLocalContext))
        {
            using var lease = contexts.Take("", contextName);
            await SyncAsync(contextName, lease, [".dockerignore"], [], "transferring context:", (_, _, _, _) => { }, cancellation);
            using var root = FileAt.Open(lease.Files, OpenFlags.ReadOnly | OpenFlags.Directory);
            file = FolderClient.TryRead(root, ".dockerignore", MaxIgnoreFile);
        }

        return file is null ? [] : IgnorePatterns.Lines(Encoding.UTF8.GetString(file));
    }

    private async Task<ContextManifest> SyncAsync(string name, ContextStore.Lease lease, IReadOnlyList<string>? paths, IReadOnlyList<string> excludes, string title,
        TransferProgress progress, CancellationToken cancellation)
    {
        var headers = new Metadata();
        Add(headers, "dir-name", [name]);
        Add(headers, "exclude-patterns", excludes);
        Add(headers, "followpaths", paths ?? []);
        var manifest = ContextManifest.Load(lease.Manifest);
        using var root = FileAt.Open(lease.Files, OpenFlags.ReadOnly | OpenFlags.Directory);
        if (manifest.Entries.Count == 0)
        {
            // Nothing is known of what an interrupted transfer may have left.
            DirectoryEntries.Read(root).ForEach(e => Storage.Archive.TreeRemover.Remove(root, e.Name));
        }

        try
        {
            using var call = session.Files.DiffCopy(headers, cancellationToken: cancellation);
            // A transfer that breaks off leaves the folder in a state that no manifest describes.
            File.Delete(lease.Manifest);
            await new ContextReceiver(root, manifest, progress).ReceiveAsync(call.ResponseStream, call.RequestStream, title, cancellation);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException e)
        {
            throw CortenException.Invalid(e.StatusCode == StatusCode.NotFound ? e.Status.Detail : $"failed to receive {name}: {e.Status.Detail}", e);
        }

        manifest.Save(lease.Manifest);
        return manifest;
    }

    /// <summary>Values go as headers; those that are not plain ASCII are percent-encoded, and a second header says so.</summary>
    private static void Add(Metadata headers, string key, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        var encode = values.Any(v => v.Any(c => c is < ' ' or > '~'));
        foreach (var value in values)
        {
            headers.Add(key, encode ? Uri.EscapeDataString(value) : value);
        }

        if (encode)
        {
            headers.Add(key + "-encoded", "1");
        }
    }
}
