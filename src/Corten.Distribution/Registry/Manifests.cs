using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Registry;

/// <summary>A manifest or index as the registry has it: the bytes are what the digest is of.</summary>
public sealed record FetchedManifest(Descriptor Descriptor, byte[] Content);

public sealed partial class Repository
{
    /// <summary>Larger manifests are refused (distribution-spec, "Pushing Manifests": registries accept at least this).</summary>
    public const int MaxManifest = 4 * 1024 * 1024;

    private const string Accept =
        $"{MediaTypes.OciIndex}, {MediaTypes.DockerManifestList}, {MediaTypes.OciManifest}, {MediaTypes.DockerManifest}, */*;q=0.1";

    /// <summary>Fetches by tag or digest. By digest the content is checked against it.</summary>
    /// <exception cref="RegistryException">Such as MANIFEST_UNKNOWN.</exception>
    public async Task<FetchedManifest> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        using var response = await _channel.SendAsync(() => ManifestRequest(HttpMethod.Get, tagOrDigest), _scopes, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryErrors.ReadAsync(response, cancellationToken);
        }

        var content = await BoundedBody.ReadAsync(response, MaxManifest, cancellationToken);
        var digest = DigestOf(content, tagOrDigest);
        if (Digest.TryParse(tagOrDigest, out var asked) && digest != asked)
        {
            throw CortenException.Internal($"manifest verification failed for digest {asked}");
        }

        return new FetchedManifest(new Descriptor { MediaType = TypeOf(response, content), Digest = digest, Size = content.Length }, content);
    }

    /// <summary>What is under a tag or digest, without its content; null if nothing is.</summary>
    public async Task<Descriptor?> HeadManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        using var response = await _channel.SendAsync(() => ManifestRequest(HttpMethod.Head, tagOrDigest), _scopes, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw await RegistryErrors.ReadAsync(response, cancellationToken);
        }

        // An answer to HEAD has no words: what else is wrong is asked again, as GET.
        if (!response.IsSuccessStatusCode)
        {
            return (await GetManifestAsync(tagOrDigest, cancellationToken)).Descriptor;
        }

        var header = response.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.First() : "";
        return Digest.TryParse(header, out var digest) && response.Content.Headers.ContentLength is { } size
            ? new Descriptor { MediaType = response.Content.Headers.ContentType?.MediaType ?? "", Digest = digest, Size = size }
            : (await GetManifestAsync(tagOrDigest, cancellationToken)).Descriptor;
    }

    /// <summary>Puts a manifest under a tag or under its own digest. What it refers to must be there already.</summary>
    public async Task PutManifestAsync(string tagOrDigest, string mediaType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var response = await _channel.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, At($"manifests/{tagOrDigest}"))
            {
                Content = new ReadOnlyMemoryContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
            },
            _scopes, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryErrors.ReadAsync(response, cancellationToken);
        }
    }

    private HttpRequestMessage ManifestRequest(HttpMethod method, string tagOrDigest)
    {
        var request = new HttpRequestMessage(method, At($"manifests/{tagOrDigest}"));
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        return request;
    }

    /// <summary>By the algorithm that was asked for; sha256 for a tag.</summary>
    private static Digest DigestOf(byte[] content, string tagOrDigest) =>
        tagOrDigest.StartsWith("sha512:", StringComparison.Ordinal)
            ? Digest.Parse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(content)))
            : Digest.Of(content);

    /// <summary>The header's type, unless it is one that says nothing; then the content's own word, then its shape.</summary>
    private static string TypeOf(HttpResponseMessage response, byte[] content)
    {
        var header = response.Content.Headers.ContentType?.MediaType;
        if (MediaTypes.IsManifest(header) || MediaTypes.IsIndex(header) || header is "application/vnd.docker.distribution.manifest.v1+json" or "application/vnd.docker.distribution.manifest.v1+prettyjws")
        {
            return header!;
        }

        return ManifestReader.MediaTypeOf(content) ?? header ?? "";
    }
}
