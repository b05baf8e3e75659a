using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Client;

/// <summary>How a daemon is reached.</summary>
public enum EngineTransport
{
    Unix,
    Tcp,
    Ssh,
}

/// <summary>Where a daemon is: <c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://user@host[:port][/socket]</c>.</summary>
/// <param name="Transport">What carries the bytes.</param>
/// <param name="Text">The address as it was given, for messages.</param>
/// <param name="Target">The socket's path, or the host.</param>
/// <param name="Port">0 for a unix socket, and for ssh without a port.</param>
/// <param name="BasePath">What stands before every request's path when the address names one (<c>tcp://host:2375/prefix</c>).</param>
public sealed record EngineAddress(EngineTransport Transport, string Text, string Target, int Port, string BasePath = "")
{
    public const string DefaultSocket = "/run/corten/corten.sock";

    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    public static EngineAddress Default { get; } = Parse("unix://" + DefaultSocket, tls: false);

    /// <param name="address">As a user writes it; without a scheme it is TCP.</param>
    /// <param name="tls">Decides the port where none is given.</param>
    /// <exception cref="CortenException">The address is malformed, or its scheme is not one of ours.</exception>
    public static EngineAddress Parse(string address, bool tls)
    {
        var text = address.Trim();
        var at = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = at < 0 ? "tcp" : text[..at];
        var rest = at < 0 ? text : text[(at + 3)..];
        switch (scheme)
        {
            case "unix":
                var path = rest.Length == 0 ? DefaultSocket : rest;
                return new(EngineTransport.Unix, "unix://" + path, path, 0);
            case "tcp" or "http" or "https":
                var secure = tls || scheme == "https";
                return Network(EngineTransport.Tcp, rest.Length == 0 ? "localhost" : rest, "tcp://", secure ? TlsPort : PlainPort);
            case "ssh":
                return Network(EngineTransport.Ssh, rest, "ssh://", 0);
            default:
                throw CortenException.Invalid($"invalid bind address ({address}): unsupported proto {scheme}");
        }
    }

    private static EngineAddress Network(EngineTransport transport, string rest, string scheme, int defaultPort)
    {
        var slash = rest.IndexOf('/');
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? "" : rest[slash..].TrimEnd('/');
        var host = authority;
        var port = defaultPort;
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && authority.IndexOf(']', colon) < 0 && (authority.IndexOf(':') == colon || authority.Contains(']')))
        {
            host = authority[..colon];
            if (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535)
            {
                throw CortenException.Invalid($"invalid bind address ({scheme}{rest}): invalid port: {authority[(colon + 1)..]}");
            }
        }
        if (host.Length == 0)
        {
            host = "localhost";
        }
        var shown = port == 0 ? host : $"{host}:{port}";
        return new(transport, $"{scheme}{shown}{path}", host.Trim('[', ']'), port, path);
    }
}
