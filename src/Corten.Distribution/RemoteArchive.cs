using Corten.Oci.Errors;

namespace Corten.Distribution;

/// <summary>Opens an archive at an HTTP address, for <c>docker import URL</c>.</summary>
public static class RemoteArchive
{
    /// <summary>The address that a user means: <c>http</c> where no scheme is given.</summary>
    /// <exception cref="CortenException">InvalidArgument: it is none, or of another scheme.</exception>
    public static Uri AddressOf(string source) =>
        Uri.TryCreate(source.Contains("://", StringComparison.Ordinal) ? source : "http://" + source, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw (source.Length == 0 ? CortenException.Internal("Get \"http:\": http: no Host in request URL") : CortenException.Invalid($"invalid source address: {source}"));

    /// <summary>The content, and its length if the server says so. Disposing the response ends it.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(Registries registries, Uri address, CancellationToken cancellationToken)
    {
        const int MaxRedirects = 10;
        for (var (hops, next) = (0, address); ; hops++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            var response = await registries.Transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                next = (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location && hops < MaxRedirects
                    ? AddressOf(new Uri(next, location).AbsoluteUri)
                    : throw CortenException.Internal($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase} for {next}");
            }
        }
    }
}
