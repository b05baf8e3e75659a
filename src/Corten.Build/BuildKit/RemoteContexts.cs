using Corten.Build.BuildKit.Sessions;
using Corten.Build.BuildKit.Sessions.Calls;
using Corten.Build.Contexts;
using Corten.Build.Execution;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>
/// Contexts that are no folder of the client: an archive or Dockerfile that it uploads over its session, one at a URL, a git repository. They become a
/// folder of ours for as long as the build lasts.
/// </summary>
internal sealed class RemoteContexts(BuildRoot root, HttpClient http)
{
    public async Task<RemoteContext> OpenAsync(string url, BuildSession session, FrontendOptions options, CancellationToken cancellation)
    {
        var folder = root.NewTemporary();
        try
        {
            return new RemoteContext(folder, root, await FetchAsync(url, folder, options.FileName, session, cancellation, options.KeepGitDir));
        }
        catch
        {
            root.Discard(folder);
            throw;
        }
    }

    /// <summary>Puts a context into a folder; true if what came was a Dockerfile alone.</summary>
    public async Task<bool> FetchAsync(string url, string folder, string dockerfile, BuildSession? session, CancellationToken cancellation, bool keepGitDir = false)
    {
        if (GitReference.TryParse(url) is { } git)
        {
            await new GitSource(root).CheckOutAsync(new GitStep
            {
                Name = url, Reference = git, Platform = Oci.Image.Platform.Host, KeepGitDir = git.KeepGitDir ?? keepGitDir, Checksum = git.Checksum,
            }, folder, session is null ? NoSecrets.Instance : new SessionSecrets(session), cancellation);
            return false;
        }

        var file = Path.Combine(root.Temporary, BuildRoot.NewUid());
        try
        {
            await using (var target = File.Create(file))
            {
                await DownloadAsync(url, session, target, cancellation);
            }

            return await UnpackAsync(file, folder, dockerfile, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task DownloadAsync(string url, BuildSession? session, Stream target, CancellationToken cancellation)
    {
        if (session is null || !url.StartsWith(FrontendOptions.UploadPrefix, StringComparison.Ordinal))
        {
            await GetAsync(url, target, cancellation);
            return;
        }

        using var call = session.Uploads.Pull(new Metadata { { "urlpath", "/" + url[FrontendOptions.UploadPrefix.Length..] } }, cancellationToken: cancellation);
        await foreach (var message in call.ResponseStream.ReadAllAsync(cancellation))
        {
            await target.WriteAsync(message.Data.Memory, cancellation);
        }
    }

    private async Task GetAsync(string url, Stream target, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw CortenException.Internal($"remoteURL ({url}) could not be recognized as URL");
        }

        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                throw CortenException.Internal($"error downloading remote context {url}: failed to GET {url} with status {(int)response.StatusCode} {response.ReasonPhrase}");
            }

            await response.Content.CopyToAsync(target, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw CortenException.Internal($"error downloading remote context {url}: Get \"{url}\": {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>True if it was no archive: then it is the Dockerfile, and the context is empty.</summary>
    private static async Task<bool> UnpackAsync(string file, string folder, string name, CancellationToken cancellation)
    {
        await using var source = File.OpenRead(file);
        var isArchive = Archives.IsArchive(source);
        source.Position = 0;
        if (!isArchive)
        {
            await using var dockerfile = File.Create(Path.Combine(folder, Path.GetFileName(name)));
            await source.CopyToAsync(dockerfile, cancellation);
            return true;
        }

        using var target = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);
        await TreeArchive.ExtractAsync(target, source, new ExtractOptions { Owner = (0, 0) }, cancellation);
        return false;
    }
}

/// <summary>Such a folder.</summary>
internal sealed class RemoteContext(string folder, BuildRoot root, bool isDockerfile) : IDisposable
{
    public FolderClient Client(string dockerfile) => new(folder, isDockerfile ? Path.GetFileName(dockerfile) : dockerfile) { OfBuildKit = true };

    public void Dispose() => root.Discard(folder);
}
