using System.Net;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Transport;

/// <summary>One way to reach a registry: scheme, host and port, and how strictly its certificate is looked at.</summary>
/// <param name="Base">Scheme and authority, for a mirror perhaps with a path.</param>
/// <param name="SkipVerify">Any certificate will do: the registry is listed as insecure.</param>
/// <param name="IsMirror">Stands in for Docker Hub.</param>
public sealed record RegistryEndpoint(Uri Base, bool SkipVerify, bool IsMirror)
{
    public const string DockerHubHost = "registry-1.docker.io";

    /// <summary>The address of an API path, which begins with <c>/v2/</c>.</summary>
    public Uri At(string path) => new(Base.AbsoluteUri.TrimEnd('/') + path);

    /// <summary>
    /// The ways to reach the registry of <paramref name="domain"/>, best first: mirrors (for reading from Docker Hub only), then TLS, then,
    /// for insecure registries, plain HTTP.
    /// </summary>
    public static IReadOnlyList<RegistryEndpoint> For(string domain, bool reading, RegistrySettings settings)
    {
        if (domain == ImageReference.DefaultDomain)
        {
            var hub = new RegistryEndpoint(new Uri($"https://{DockerHubHost}"), false, false);
            return reading ? [.. settings.Mirrors.SelectMany(mirror => ForMirror(mirror, settings)), hub] : [hub];
        }

        // A port may be any digits in a name, but not in an address.
        var colon = domain[^1] == ']' ? -1 : domain.LastIndexOf(':');
        var port = colon < 0 ? "" : domain[(colon + 1)..];
        if (port.Length > 0 && !ushort.TryParse(port, out _))
        {
            var scheme = IsInsecure(domain[..colon], settings) ? "http" : "https";
            throw CortenException.Internal($"Get \"{scheme}://{domain}/v2/\": dial tcp: address {port}: invalid port");
        }

        var insecure = IsInsecure(domain, settings);
        var secure = new RegistryEndpoint(new Uri($"https://{domain}"), insecure, false);
        return insecure ? [secure, new(new Uri($"http://{domain}"), true, false)] : [secure];
    }

    /// <summary>True for what the settings list, by name or by network, and for loopback.</summary>
    public static bool IsInsecure(string authority, RegistrySettings settings)
    {
        var host = new Uri($"http://{authority}").Host.Trim('[', ']');
        if (settings.InsecureRegistries.Any(listed => Strip(listed) is var name && (name == authority || name == host)))
        {
            return true;
        }

        var addresses = IPAddress.TryParse(host, out var address) ? [address]
            : host == "localhost" ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : Array.Empty<IPAddress>();
        return addresses.Any(a => IPAddress.IsLoopback(a)
            || settings.InsecureRegistries.Any(listed => IPNetwork.TryParse(listed, out var network) && network.Contains(a)));
    }

    private static IEnumerable<RegistryEndpoint> ForMirror(Uri mirror, RegistrySettings settings) =>
        [new(mirror, IsInsecure(mirror.Authority, settings), true)];

    private static string Strip(string listed)
    {
        var scheme = listed.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? listed : listed[(scheme + 3)..]).TrimEnd('/');
    }
}
