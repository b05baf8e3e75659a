using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Corten.Oci.Errors;

namespace Corten.Distribution.Transport;

/// <summary>
/// The certificates of one registry, as Docker lays them out in <c>certs.d/host[:port]/</c>: <c>*.crt</c> are roots to trust besides the
/// system's, <c>NAME.cert</c> with <c>NAME.key</c> a client certificate.
/// </summary>
internal static class HostCertificates
{
    /// <summary>What changes when the files do: their names, sizes and times. Empty where there are none, which is the case almost everywhere.</summary>
    public static string Stamp(string authority, RegistrySettings settings) => FolderOf(authority, settings) is { } folder
        ? string.Join('\n', new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"))
        : "";

    private static string? FolderOf(string authority, RegistrySettings settings) => settings.CertificateDirectories.Select(d => Path.Combine(d, authority)).FirstOrDefault(Directory.Exists);

    public static void Apply(SslClientAuthenticationOptions tls, string authority, RegistrySettings settings)
    {
        if (RegistryEndpoint.IsInsecure(authority, settings))
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        if (FolderOf(authority, settings) is not { } folder)
        {
            return;
        }

        var roots = new X509Certificate2Collection();
        foreach (var file in Directory.EnumerateFiles(folder, "*.crt"))
        {
            roots.ImportFromPemFile(file);
        }

        if (roots.Count > 0 && tls.RemoteCertificateValidationCallback is null)
        {
            tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Trusts(roots, certificate, chain, errors);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.cert"))
        {
            var key = Path.ChangeExtension(file, ".key");
            if (!File.Exists(key))
            {
                throw CortenException.Internal($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(file)}. CA certificates must use the extension .crt");
            }

            (tls.ClientCertificates ??= []).Add(X509Certificate2.CreateFromPemFile(file, key));
        }
    }

    /// <summary>The system's verdict, or, where only the root was unknown to it, the same chain ending in one of <paramref name="roots"/>.</summary>
    private static bool Trusts(X509Certificate2Collection roots, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }
}
