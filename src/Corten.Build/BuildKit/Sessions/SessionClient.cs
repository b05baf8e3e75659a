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

namespace Corten.Build.BuildKit.Sessions;

/// <summary>A client behind a session. Its folders are asked for by name and brought up to date; only paths that the Dockerfile uses are asked for.</summary>
internal sealed class SessionClient(BuildSession session, FrontendOptions options, ContextStore contexts) : IBuildClient, IDisposable
{
    private const int MaxDockerfile = 16 << 20;
    private const int MaxIgnoreFile = 1 << 20;

    /// <summary>Bytes of paths or patterns that go along with a request: clients take headers of a megabyte.</summary>
    private const int MaxHeaders = 256 << 10;

    /// <summary>What a header counts beside its value (RFC 7541, 4.1), with its name.</summary>
    private const int HeaderOverhead = 64;

    private readonly List<IDisposable> _leases = [];
    private readonly List<ContextManifest> _manifests = [];
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
        if (!session.Serves("/moby.filesync.v1.FileSync/DiffCopy"))
        {
            throw CortenException.Invalid("failed to read dockerfile: no local sources enabled");
        }

        var name = options.FileName;
        string[] names = name == "Dockerfile" ? [name, name + ".dockerignore", "dockerfile"] : [name, name + ".dockerignore"];
        var files = await ReadAsync(options.DockerfileContext, names, MaxDockerfile, "transferring dockerfile:", progress, cancellation);
        _ignoreFile = files[1];
        var content = files[0] ?? files.ElementAtOrDefault(2) ?? throw CortenException.Invalid($"failed to read dockerfile: open {name}: no such file or directory");
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
        var filter = new ContextFilter(IgnorePatterns.Of(excludes), paths);
        var manifest = await SyncAsync(name, lease, paths, excludes, filter, "transferring context:", progress, cancellation);
        lock (_leases)
        {
            _manifests.Add(manifest);
        }

        return new ContextFolder($"local:{name}:{BuildRoot.NewUid()}", lease.Files, manifest) { Kept = lease.Uid is { } uid ? new KeptState(uid, manifest.State) : null };
    }

    public ILayoutSource? Layout(string name) => session.Serves("/containerd.services.content.v1.Content/Read") ? new ClientStore(session, ClientStore.LayoutId(name)) : null;

    public void Dispose()
    {
        lock (_leases)
        {
            _leases.ForEach(l => l.Dispose());
            _leases.Clear();
            _manifests.ForEach(m => m.Forget());
            _manifests.Clear();
        }
    }

    private async Task<IReadOnlyList<string>> ReadIgnoreAsync(string contextName, CancellationToken cancellation)
    {
        var file = contextName == LocalStep.MainContext ? _ignoreFile : null;
        if (file is null && (contextName != LocalStep.MainContext || options.HasLocalContext))
        {
            file = (await ReadAsync(contextName, [".dockerignore"], MaxIgnoreFile, "", (_, _, _, _) => { }, cancellation))[0];
        }

        return file is null ? [] : IgnorePatterns.Lines(Encoding.UTF8.GetString(file));
    }

    /// <summary>A few files of a folder; null for those that are not there. Names, no patterns: for a pattern BuildKit's clients walk the whole folder.</summary>
    private async Task<byte[]?[]> ReadAsync(string folder, string[] names, int limit, string title, TransferProgress progress, CancellationToken cancellation)
    {
        using var lease = contexts.Take("", folder);
        await SyncAsync(folder, lease, names, [], ContextFilter.Everything, title, progress, cancellation);
        using var root = FileAt.Open(lease.Files, OpenFlags.ReadOnly | OpenFlags.Directory);
        return [.. names.Select(n => FolderClient.TryRead(root, n, limit))];
    }

    /// <summary>
    /// Brings a folder up to date. The client is told what is wanted and describes only that; <paramref name="filter"/> is for what is too much to tell. Our own
    /// client describes nothing if what it would say is what it said last time (<c>corten-listing</c>).
    /// </summary>
    private async Task<ContextManifest> SyncAsync(string name, ContextStore.Lease lease, string[]? paths, IReadOnlyList<string> excludes, ContextFilter filter, string title,
        TransferProgress progress, CancellationToken cancellation)
    {
        var headers = new Metadata();
        Add(headers, "dir-name", [name]);
        Add(headers, "exclude-patterns", excludes);
        Add(headers, "followpaths", paths ?? []);
        var manifest = ContextManifest.Load(lease.Manifest);
        var asked = string.Join('\n', [.. paths ?? [], "", .. excludes]);
        var known = manifest.Asked == asked ? manifest.Listing : "";
        headers.Add("corten-listing", known.Length > 0 ? known : "none");
        using var root = FileAt.Open(lease.Files, OpenFlags.ReadOnly | OpenFlags.Directory);
        if (manifest.State.Length == 0)
        {
            // Nothing is known of what an interrupted transfer may have left.
            DirectoryEntries.Read(root).ForEach(e => Storage.Archive.TreeRemover.Remove(root, e.Name));
        }

        var receiver = new ContextReceiver(root, manifest, filter, known, progress)
        {
            // A transfer that breaks off leaves the folder in a state that no manifest describes.
            Changing = () => File.Delete(lease.Manifest),
        };
        try
        {
            using var call = session.Files.DiffCopy(headers, cancellationToken: cancellation);
            await receiver.ReceiveAsync(call.ResponseStream, call.RequestStream, title, cancellation);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException e)
        {
            throw CortenException.Invalid(e.StatusCode == StatusCode.NotFound ? e.Status.Detail : $"failed to receive {name}: {e.Status.Detail}", e);
        }

        if (receiver.HasChanged || manifest.State.Length == 0 || manifest.Asked != asked || manifest.Listing != receiver.Listing)
        {
            if (receiver.HasChanged && lease.Uid is { } uid)
            {
                contexts.Forget(uid);
            }

            (manifest.Asked, manifest.Listing) = (asked, receiver.Listing);
            manifest.Save(lease.Manifest);
        }

        return manifest;
    }

    /// <summary>Each value is a header of its own. If one is not plain ASCII all are percent-encoded, and a further header says so.</summary>
    private static void Add(Metadata headers, string key, IReadOnlyList<string> values)
    {
        var encode = values.Any(v => v.Any(c => c is < ' ' or > '~') || v != v.Trim());
        var sent = encode ? [.. values.Select(Uri.EscapeDataString)] : values;
        if (sent.Sum(v => (long)v.Length + HeaderOverhead) > MaxHeaders)
        {
            return;
        }

        foreach (var value in sent)
        {
            headers.Add(key, value);
        }

        if (encode)
        {
            headers.Add(key + "-encoded", "1");
        }
    }
}
