using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Corten.Distribution.Registry;

namespace Corten.Distribution.Transport;

/// <summary>
/// The HTTP connections to registries, token servers and the places they redirect to, pooled for each authority with its certificates.
/// Redirects are not followed here: whoever sends decides which headers may travel on.
/// </summary>
internal sealed class TransportPool(RegistrySettings settings) : IDisposable
{
    private Generation _current = new(settings);

    /// <summary>
    /// Certificates and trust are the settings': connections made from now on are by these. Older ones end with the requests that they carry, or when
    /// they have been idle for long enough.
    /// </summary>
    public void Use(RegistrySettings settings) => _current = new Generation(settings);

    /// <exception cref="RegistryUnreachableException">No answer came; the message is in Docker's form, <c>Get "URL": dial tcp …</c>.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        var generation = _current;
        request.Headers.TryAddWithoutValidation("User-Agent", generation.Settings.UserAgent);
        var authority = request.RequestUri!.Authority;
        var transport = generation.Transports.GetOrAdd(
            (authority.ToLowerInvariant(), HostCertificates.Stamp(authority, generation.Settings)), _ => new(() => Create(authority, generation.Settings))).Value;
        try
        {
            var response = await transport.SendAsync(request, cancellationToken);
            if (completion == HttpCompletionOption.ResponseContentRead)
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken);
            }

            return response;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or AuthenticationException)
        {
            throw new RegistryUnreachableException($"{Verb(request.Method)} \"{request.RequestUri}\": {Reason(problem)}", problem);
        }
    }

    /// <summary>Go's name of a method in errors: <c>Get</c>, <c>Head</c>.</summary>
    public static string Verb(HttpMethod method) => method.Method[..1] + method.Method[1..].ToLowerInvariant();

    public void Dispose()
    {
        foreach (var transport in _current.Transports.Values.Where(t => t.IsValueCreated))
        {
            transport.Value.Dispose();
        }
    }

    private static HttpMessageInvoker Create(string authority, RegistrySettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectCallback = Dialer.ConnectAsync,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            MaxResponseHeadersLength = 256,
            ResponseDrainTimeout = TimeSpan.Zero,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
        };
        HostCertificates.Apply(handler.SslOptions, authority, settings);
        return new HttpMessageInvoker(handler);
    }

    /// <summary>The connections that one set of settings made.</summary>
    private sealed class Generation(RegistrySettings settings)
    {
        public RegistrySettings Settings => settings;

        /// <summary>By authority and the state of its certificates: files that are put there count from the next request on.</summary>
        public ConcurrentDictionary<(string Authority, string Certificates), Lazy<HttpMessageInvoker>> Transports { get; } = [];
    }

    private static string Reason(Exception problem)
    {
        for (var e = problem; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case DialException:
                    return e.Message;
                case AuthenticationException { InnerException: null } when e.Message.Contains("RemoteCertificate", StringComparison.Ordinal)
                    || e.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase):
                    return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
                case AuthenticationException:
                    return "http: server gave HTTP response to HTTPS client";
            }
        }

        var cause = problem.GetBaseException();
        return cause is HttpIOException or EndOfStreamException || cause.Message.Contains("prematurely", StringComparison.Ordinal) ? "EOF" : cause.Message;
    }
}

/// <summary>No HTTP answer could be had.</summary>
public sealed class RegistryUnreachableException(string message, Exception inner)
    : Oci.Errors.CortenException(Oci.Errors.ErrorKind.Internal, message, inner);
