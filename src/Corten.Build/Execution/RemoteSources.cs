using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Execution;

/// <summary>
/// ADD of URLs and git repositories, and contexts that are one. What a URL gives is known by its entity tag as long as the server has one;
/// otherwise it is fetched to find out whether it changed.
/// </summary>
public sealed class RemoteSources(BuildCache cache, BuildRoot root, HttpClient http) : IDisposable
{
    private const uint FileMode = 0x180; // 0600

    private readonly System.Collections.Concurrent.ConcurrentDictionary<Step, string> _fetched = new();
    private readonly GitSource _git = new(root);

    public async Task DescribeAsync(Step step, KeyBuilder key, IBuildSecrets secrets, CancellationToken cancellation)
    {
        switch (step)
        {
            case HttpStep url:
                key.Add("step", "url").Add("url", url.Url).Add("name", url.FileName)
                    .Add("content", (url.Checksum.IsEmpty ? await ContentOfAsync(url, secrets, cancellation) : url.Checksum).ToString());
                break;
            case GitStep git:
                key.Add("step", "git").Add("repository", git.Reference.Remote).Add("folder", git.Reference.Folder).Add("git folder", git.KeepGitDir ? "kept" : "left out")
                    .Add("commit", await _git.ResolveAsync(git, secrets, cancellation));
                break;
            default:
                throw new ArgumentException($"{step.GetType().Name} is no remote source");
        }
    }

    public async Task FetchAsync(Step step, StepFolders layer, IBuildSecrets secrets, CancellationToken cancellation)
    {
        if (step is GitStep git)
        {
            await _git.CheckOutAsync(git, layer.Upper, secrets, cancellation);
            return;
        }

        var url = (HttpStep)step;
        if (!_fetched.TryRemove(url, out var file))
        {
            (file, var digest, _) = await DownloadAsync(url, secrets, cancellation);
            if (!url.Checksum.IsEmpty && digest != url.Checksum)
            {
                File.Delete(file);
                throw CortenException.Invalid($"digest mismatch {digest}: {url.Checksum}");
            }
        }

        File.Move(file, Path.Combine(layer.Upper, url.FileName));
    }

    public void Dispose()
    {
        foreach (var file in _fetched.Values)
        {
            File.Delete(file);
        }
    }

    private async Task<Digest> ContentOfAsync(HttpStep url, IBuildSecrets secrets, CancellationToken cancellation)
    {
        using (var probe = await RequestAsync(HttpMethod.Head, url.Url, secrets, cancellation))
        using (var answer = await SendAsync(probe, cancellation))
        {
            if (answer.IsSuccessStatusCode && answer.Headers.ETag is { IsWeak: false } tag && cache.Selection("url:" + url.Url, tag.Tag) is { } known)
            {
                return known.Digest;
            }
        }

        var (file, digest, etag) = await DownloadAsync(url, secrets, cancellation);
        if (etag is not null)
        {
            cache.RememberSelection("url:" + url.Url, etag, new ContentDigest(digest, []));
        }

        _fetched[url] = file;
        return digest;
    }

    private async Task<(string File, Digest Digest, string? EntityTag)> DownloadAsync(HttpStep url, IBuildSecrets secrets, CancellationToken cancellation)
    {
        using var request = await RequestAsync(HttpMethod.Get, url.Url, secrets, cancellation);
        using var answer = await SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw CortenException.Invalid($"invalid response status {(int)answer.StatusCode}", new HttpRequestException(url.Url));
        }

        var path = Path.Combine(root.Temporary, BuildRoot.NewUid());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = FileAt.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, FileMode))
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            var buffer = new byte[1 << 16];
            for (int count; (count = await body.ReadAsync(buffer, cancellation)) > 0;)
            {
                hash.AppendData(buffer.AsSpan(0, count));
                OpenFile.Write(file, buffer.AsSpan(0, count));
            }

            var time = answer.Content.Headers.LastModified is { } modified ? new FileTime(modified.ToUnixTimeSeconds(), 0) : new FileTime(0, 0);
            OpenFile.SetTimes(file, time, time);
        }

        return (path, Digest.FromSha256(hash.GetHashAndReset()), answer.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw CortenException.Unavailable($"Get \"{request.RequestUri}\": {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>Authorization comes from the client's secrets of the host's name, and is never kept.</summary>
    private static async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string url, IBuildSecrets secrets, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw CortenException.Invalid($"invalid URL {url}");
        }

        var request = new HttpRequestMessage(method, uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("corten", "1"));
        if (await secrets.FindAsync($"HTTP_AUTH_HEADER_{uri.Host}", cancellation) is { } header)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Encoding.UTF8.GetString(header).Trim());
        }
        else if (await secrets.FindAsync($"HTTP_AUTH_TOKEN_{uri.Host}", cancellation) is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.UTF8.GetString(token).Trim());
        }

        return request;
    }
}
