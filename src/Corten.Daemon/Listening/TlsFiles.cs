using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Corten.Daemon.Configuration;
using Corten.Oci.Errors;

namespace Corten.Daemon.Listening;

/// <summary>Reads the certificates that <c>--tls</c> and <c>--tlsverify</c> name.</summary>
internal static class TlsFiles
{
    /// <returns>Null without TLS.</returns>
    /// <exception cref="CortenException">A file is missing or is no certificate or key.</exception>
    public static TlsServer? Load(DaemonOptions options)
    {
        if (!options.UsesTls)
        {
            return null;
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(options.TlsCertificate, options.TlsKey);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.TlsCertificate);
            X509Certificate2Collection? authority = null;
            if (options.TlsVerify)
            {
                authority = [];
                authority.ImportFromPemFile(options.TlsCaCertificate);
            }

            return new TlsServer(certificate, chain, authority);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw CortenException.Invalid(
                $"could not load TLS files (certificate {options.TlsCertificate}, key {options.TlsKey}, CA {options.TlsCaCertificate}): {e.Message}", e);
        }
    }
}
