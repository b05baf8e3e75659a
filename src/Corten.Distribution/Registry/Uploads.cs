using System.Net;
using System.Net.Http.Headers;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Registry;

public sealed partial class Repository
{
    /// <summary>Makes a blob of another repository of the same registry appear in this one; otherwise hands out the upload begun instead.</summary>
    public async Task<(bool Mounted, Uri? Upload)> MountBlobAsync(Digest digest, string fromPath, CancellationToken cancellationToken)
    {
        var uri = At($"blobs/uploads/?mount={digest}&from={Uri.EscapeDataString(fromPath)}");
        using var response = await _channel.SendAsync(() => EmptyPost(uri), _scopes, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Created => (true, null),
            HttpStatusCode.Accepted => (false, LocationOf(response)),
            _ => throw await RegistryErrors.ReadAsync(response, cancellationToken),
        };
    }

    /// <summary>Begins an upload; the address to send to.</summary>
    public async Task<Uri> BeginUploadAsync(CancellationToken cancellationToken)
    {
        var uri = At("blobs/uploads/");
        using var response = await _channel.SendAsync(() => EmptyPost(uri), _scopes, cancellationToken);
        return response.StatusCode == HttpStatusCode.Accepted ? LocationOf(response) : throw await RegistryErrors.ReadAsync(response, cancellationToken);
    }

    /// <summary>Sends the rest of a blob from <paramref name="offset"/> in one request; the address to finish at.</summary>
    /// <param name="upload">The address that the last step answered with.</param>
    /// <param name="offset">Bytes that the registry already has.</param>
    /// <param name="length">Bytes that <paramref name="open"/>'s stream holds.</param>
    /// <param name="open">Opens the content at <paramref name="offset"/>; called again when the request must be repeated.</param>
    /// <param name="cancellationToken"></param>
    public async Task<Uri> SendChunkAsync(Uri upload, long offset, long length, Func<Stream> open, CancellationToken cancellationToken)
    {
        using var response = await _channel.SendAsync(
            () =>
            {
                var content = new StreamContent(open(), 256 * 1024) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream"), ContentLength = length } };
                if (offset > 0)
                {
                    content.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{offset + length - 1}");
                }

                return new HttpRequestMessage(HttpMethod.Patch, upload) { Content = content };
            },
            _scopes, cancellationToken);
        return response.IsSuccessStatusCode ? LocationOf(response) : throw await RegistryErrors.ReadAsync(response, cancellationToken);
    }

    /// <summary>How many bytes of an upload the registry has, and where to go on; null if it has forgotten the upload.</summary>
    public async Task<(long Offset, Uri Upload)?> StatUploadAsync(Uri upload, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, upload, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NoContent && response.StatusCode != HttpStatusCode.Accepted)
        {
            return null;
        }

        var range = response.Headers.TryGetValues("Range", out var values) ? values.First() : "";
        var dash = range.IndexOf('-');
        if (dash < 0 || !long.TryParse(range.AsSpan(dash + 1), out var last) || last < 0)
        {
            return null;
        }

        // `0-0` is what an empty upload reports as well as one of a single byte; starting over costs one byte.
        return (last == 0 ? 0 : last + 1, response.Headers.Location is null ? upload : LocationOf(response));
    }

    /// <summary>Ends an upload: the registry checks the digest and keeps the blob.</summary>
    public async Task FinishUploadAsync(Uri upload, Digest digest, CancellationToken cancellationToken)
    {
        var uri = new UriBuilder(upload) { Query = (upload.Query.Length > 1 ? upload.Query[1..] + "&" : "") + "digest=" + Uri.EscapeDataString(digest.ToString()) }.Uri;
        using var response = await _channel.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, uri) { Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } } },
            _scopes, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryErrors.ReadAsync(response, cancellationToken);
        }
    }

    /// <summary>Takes an upload back; a registry that does not know it any more is content too.</summary>
    public async Task CancelUploadAsync(Uri upload, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, upload, cancellationToken);
    }

    private static HttpRequestMessage EmptyPost(Uri uri) => new(HttpMethod.Post, uri) { Content = new ByteArrayContent([]) };

    private static Uri LocationOf(HttpResponseMessage response) =>
        response.Headers.Location is { } location
            ? new Uri(response.RequestMessage!.RequestUri!, location)
            : throw CortenException.Internal($"{response.RequestMessage?.RequestUri}: the registry did not say where the upload goes on");
}
