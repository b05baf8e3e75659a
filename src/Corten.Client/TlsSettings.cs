using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Corten.Oci.Errors;

namespace Corten.Client;

/// <summary>The PEM files of a TLS connection. Any may be absent.</summary>
/// <param name="Authority">Certificates that the daemon's must descend from; null for the machine's own.</param>
/// <param name="Certificate">The client's own certificate.</param>
/// <param name="Key">Its key.</param>
/// <param name="Verify">Whether the daemon's certificate is looked at.</param>
public sealed record TlsSettings(string? Authority, string? Certificate, string? Key, bool Verify)
{
    /// <exception cref="CortenException">A file is missing or holds no certificate.</exception>
    internal SslClientAuthenticationOptions Options(string host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (!Verify)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }
        else if (Authority is not null)
        {
            options.CertificateChainPolicy = Trust(Authority);
        }
        if (Certificate is not null && Key is not null)
        {
            options.ClientCertificates = [LoadPair(Certificate, Key)];
        }
        return options;
    }

    private static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw CortenException.Invalid($"could not read CA certificate {PathInWords(file)}", failure);
        }
        return policy;
    }

    private static X509Certificate2 LoadPair(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw CortenException.Invalid($"Could not load X509 key pair: {PathInWords(certificate)}, {PathInWords(key)}", failure);
        }
    }

    private static string PathInWords(string file)
        => File.Exists(file) ? $"\"{file}\"" : $"\"{file}\": open {file}: no such file or directory";
}
