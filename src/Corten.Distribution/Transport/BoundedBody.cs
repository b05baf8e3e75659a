using Corten.Oci.Errors;

namespace Corten.Distribution.Transport;

/// <summary>Reads bodies of which the other side decides the length, up to a bound.</summary>
internal static class BoundedBody
{
    /// <exception cref="CortenException">The body is longer than <paramref name="limit"/> bytes.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var (bytes, whole) = await ReadUpToAsync(response, limit, cancellationToken);
        return whole ? bytes
            : throw CortenException.Internal($"{response.RequestMessage?.RequestUri}: the answer is larger than the limit of {limit} bytes");
    }

    /// <summary>At most <paramref name="limit"/> bytes, and whether that was all.</summary>
    public static async Task<(byte[] Bytes, bool Whole)> ReadUpToAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            return ([], false);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Math.Min(limit + 1, (int)(response.Content.Headers.ContentLength ?? 16 * 1024) + 1)];
        var length = 0;
        while (length <= limit)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(limit + 1, buffer.Length * 2));
            }

            var read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return (buffer[..length], true);
            }

            length += read;
        }

        return (buffer[..limit], false);
    }
}
