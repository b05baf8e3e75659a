using System.Net;
using System.Net.Http.Headers;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Registry;

/// <summary>A blob's bytes from <see cref="Offset"/> on. Whoever opened it disposes it.</summary>
public sealed class BlobBody : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    internal BlobBody(HttpResponseMessage response, Stream content, long offset) => (_response, Content, Offset) = (response, content, offset);

    public Stream Content { get; }

    /// <summary>Where <see cref="Content"/> begins: what was asked for, or 0 from a registry that knows no ranges.</summary>
    public long Offset { get; }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        _response.Dispose();
    }
}

public sealed partial class Repository
{
    /// <summary>Opens a blob for reading from <paramref name="offset"/>. The content is not verified here.</summary>
    public async Task<BlobBody> OpenBlobAsync(Digest digest, long offset, CancellationToken cancellationToken)
    {
        var response = await _channel.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, At($"blobs/{digest}"));
                request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
                return request;
            },
            _scopes, cancellationToken);
        try
        {
            if (!response.IsSuccessStatusCode)
            {
                throw await RegistryErrors.ReadAsync(response, cancellationToken);
            }

            var start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? offset : 0;
            if (start > offset)
            {
                throw CortenException.Internal($"the registry answered a request for bytes from {offset} of {digest} with bytes from {start}");
            }

            return new BlobBody(response, await response.Content.ReadAsStreamAsync(cancellationToken), start);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The whole of a small blob, verified.</summary>
    public async Task<byte[]> GetBlobAsync(Digest digest, long size, int limit, CancellationToken cancellationToken)
    {
        if (size > limit)
        {
            throw CortenException.Invalid($"blob {digest} is {size} bytes, larger than the limit of {limit}");
        }

        await using var body = await OpenBlobAsync(digest, 0, cancellationToken);
        var content = new byte[size];
        var read = await body.Content.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        var more = read == content.Length ? await body.Content.ReadAsync(new byte[1], cancellationToken) : 0;
        if (read != content.Length || more != 0 || !BlobHash.Matches(content, digest))
        {
            throw CortenException.Internal($"blob verification failed for digest {digest}");
        }

        return content;
    }

    /// <summary>Its size if the repository has it, null if not.</summary>
    public async Task<long?> StatBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Head, At($"blobs/{digest}"), cancellationToken);
        return response.IsSuccessStatusCode ? response.Content.Headers.ContentLength ?? 0
            : response.StatusCode == HttpStatusCode.NotFound ? null
            : throw await RegistryErrors.ReadAsync(response, cancellationToken);
    }
}

/// <summary>Digest checks of content in memory, for both algorithms.</summary>
internal static class BlobHash
{
    public static bool Matches(ReadOnlySpan<byte> content, Digest digest) => digest.Algorithm switch
    {
        "sha256" => Digest.Of(content) == digest,
        "sha512" => Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(content)) == digest.Hex,
        _ => false,
    };
}
