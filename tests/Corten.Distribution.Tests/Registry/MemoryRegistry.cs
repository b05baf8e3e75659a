using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Corten.Oci.Image;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Corten.Distribution.Tests.Registry;

/// <summary>
/// A registry in memory on a port of loopback, which keeps to the distribution-spec until a test tells it to fail: <see cref="Before"/> sees
/// each request first and may answer it.
/// </summary>
internal sealed class MemoryRegistry : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();

    private MemoryRegistry(WebApplication server) => _server = server;

    /// <summary>By repository and digest.</summary>
    public ConcurrentDictionary<(string Repository, string Digest), byte[]> Blobs { get; } = new();

    /// <summary>By repository and tag or digest.</summary>
    public ConcurrentDictionary<(string Repository, string Reference), (string MediaType, byte[] Content)> Manifests { get; } = new();

    /// <summary>Method and path of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Authorization headers by request, as <c>GET /path: header</c>.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>True means that the request was answered.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    public string Authority { get; private set; } = "";

    public static async Task<MemoryRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.ListenLocalhostAny(certificate);
        });
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Logging.ClearProviders();
        var registry = new MemoryRegistry(builder.Build());
        registry._server.Run(registry.ServeAsync);
        await registry._server.StartAsync();
        var address = registry._server.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        registry.Authority = new Uri(address).Authority;
        return registry;
    }

    /// <summary>Puts an image of one gzipped layer or more under a tag; its manifest.</summary>
    public Descriptor AddImage(string repository, string tag, byte[] config, params byte[][] layers)
    {
        var manifest = new Manifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = AddBlob(repository, config, MediaTypes.OciConfig),
            Layers = layers.Select(l => AddBlob(repository, l, MediaTypes.OciLayerGzip)).ToList(),
        };
        return AddManifest(repository, tag, MediaTypes.OciManifest, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Plain.Manifest));
    }

    public Descriptor AddManifest(string repository, string tag, string mediaType, byte[] content)
    {
        var digest = Digest.Of(content);
        Manifests[(repository, tag)] = Manifests[(repository, digest.ToString())] = (mediaType, content);
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = content.Length };
    }

    public Descriptor AddBlob(string repository, byte[] content, string mediaType)
    {
        var digest = Digest.Of(content);
        Blobs[(repository, digest.ToString())] = content;
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = content.Length };
    }

    public int Count(string method, string part) => Requests.Count(r => r.StartsWith(method + " ", StringComparison.Ordinal) && r.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    /// <summary>Answers with an error of the specification.</summary>
    public static async Task<bool> FailAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""");
        return true;
    }

    private async Task ServeAsync(HttpContext http)
    {
        Requests.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        Authorizations.Enqueue($"{http.Request.Method} {http.Request.Path}: {http.Request.Headers.Authorization}");
        if (Before is not null && await Before(http))
        {
            return;
        }

        var parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["v2"]:
                await http.Response.WriteAsync("{}");
                break;
            case ["v2", .. var name, "manifests", var reference]:
                await ManifestAsync(http, string.Join('/', name), reference);
                break;
            case ["v2", .. var name, "blobs", "uploads"]:
                Begin(http, string.Join('/', name));
                break;
            case ["v2", .. var name, "blobs", "uploads", var id]:
                await UploadAsync(http, string.Join('/', name), id);
                break;
            case ["v2", .. var name, "blobs", var digest]:
                await BlobAsync(http, string.Join('/', name), digest);
                break;
            case ["v2", .. var name, "tags", "list"]:
                await TagsAsync(http, string.Join('/', name));
                break;
            default:
                http.Response.StatusCode = 404;
                break;
        }
    }

    private async Task ManifestAsync(HttpContext http, string repository, string reference)
    {
        if (http.Request.Method == "PUT")
        {
            var body = await ReadAsync(http.Request.Body);
            Manifests[(repository, reference)] = Manifests[(repository, Digest.Of(body).ToString())] = (http.Request.ContentType!, body);
            http.Response.StatusCode = 201;
            return;
        }

        if (!Manifests.TryGetValue((repository, reference), out var manifest))
        {
            await FailAsync(http, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        http.Response.ContentType = manifest.MediaType;
        http.Response.Headers["Docker-Content-Digest"] = Digest.Of(manifest.Content).ToString();
        await SendAsync(http, manifest.Content);
    }

    private async Task BlobAsync(HttpContext http, string repository, string digest)
    {
        if (!Blobs.TryGetValue((repository, digest), out var blob))
        {
            await FailAsync(http, 404, "BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }

        var from = http.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0;
        if (from > 0)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{blob.Length - 1}/{blob.Length}";
        }

        await SendAsync(http, blob[(int)from..]);
    }

    private void Begin(HttpContext http, string repository)
    {
        var query = http.Request.Query;
        if (query["mount"] is [{ } mount] && query["from"] is [{ } from] && Blobs.TryGetValue((from, mount), out var blob))
        {
            Blobs[(repository, mount)] = blob;
            http.Response.StatusCode = 201;
            return;
        }

        var id = Guid.NewGuid().ToString("n");
        _uploads[id] = new MemoryStream();
        http.Response.StatusCode = 202;
        http.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{id}?state=x";
    }

    private async Task UploadAsync(HttpContext http, string repository, string id)
    {
        if (!_uploads.TryGetValue(id, out var upload))
        {
            await FailAsync(http, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }

        http.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{id}?state=x";
        switch (http.Request.Method)
        {
            case "GET":
                http.Response.StatusCode = 204;
                http.Response.Headers["Range"] = $"0-{Math.Max(0, upload.Length - 1)}";
                break;
            case "DELETE":
                _uploads.TryRemove(id, out _);
                http.Response.StatusCode = 204;
                break;
            case "PATCH":
                await CopyAsync(http.Request.Body, upload);
                http.Response.StatusCode = 202;
                http.Response.Headers["Range"] = $"0-{Math.Max(0, upload.Length - 1)}";
                break;
            default:
                await FinishAsync(http, repository, id, upload);
                break;
        }
    }

    private async Task FinishAsync(HttpContext http, string repository, string id, MemoryStream upload)
    {
        var content = upload.ToArray();
        if (Digest.Of(content).ToString() != http.Request.Query["digest"])
        {
            await FailAsync(http, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
            return;
        }

        Blobs[(repository, Digest.Of(content).ToString())] = content;
        _uploads.TryRemove(id, out _);
        http.Response.StatusCode = 201;
    }

    /// <summary>Two tags a page.</summary>
    private async Task TagsAsync(HttpContext http, string repository)
    {
        var tags = Manifests.Keys.Where(k => k.Repository == repository && !k.Reference.Contains(':')).Select(k => k.Reference).Order(StringComparer.Ordinal).ToList();
        if (tags.Count == 0)
        {
            await FailAsync(http, 404, "NAME_UNKNOWN", "repository name not known to registry");
            return;
        }

        var page = tags.Where(t => string.CompareOrdinal(t, http.Request.Query["last"].ToString()) > 0).ToList();
        if (page.Count > 2)
        {
            http.Response.Headers.Link = $"</v2/{repository}/tags/list?last={page[1]}&n=2>; rel=\"next\"";
        }

        await http.Response.WriteAsync($$"""{"name":"{{repository}}","tags":[{{string.Join(',', page.Take(2).Select(t => $"\"{t}\""))}}]}""");
    }

    private static async Task SendAsync(HttpContext http, byte[] content)
    {
        http.Response.ContentLength = content.Length;
        if (http.Request.Method != "HEAD")
        {
            await http.Response.Body.WriteAsync(content);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream body)
    {
        var buffer = new MemoryStream();
        await body.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    /// <summary>Keeps what came before the connection broke, as a real registry does.</summary>
    private static async Task CopyAsync(Stream body, MemoryStream upload)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer)) > 0)
        {
            upload.Write(buffer, 0, count);
        }
    }
}

internal static class KestrelExtensions
{
    /// <summary>Any free port of 127.0.0.1, with TLS if there is a certificate.</summary>
    public static void ListenLocalhostAny(this KestrelServerOptions kestrel, X509Certificate2? certificate) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        });
}
