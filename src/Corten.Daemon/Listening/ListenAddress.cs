using System.Globalization;
using System.Net;
using Corten.Oci.Errors;

namespace Corten.Daemon.Listening;

/// <summary>Where the daemon answers: one <c>-H</c>.</summary>
internal abstract record ListenAddress
{
    /// <summary><c>unix:///run/corten/corten.sock</c></summary>
    public sealed record UnixSocket(string Path) : ListenAddress;

    /// <summary><c>tcp://127.0.0.1:2376</c></summary>
    public sealed record Tcp(IPEndPoint EndPoint) : ListenAddress;

    /// <summary><c>fd://</c>: what the service manager has opened; all of it, or the descriptor of that number or name.</summary>
    public sealed record Activated(string Name) : ListenAddress;

    public const int PlainPort = 2375;

    public const int TlsPort = 2376;

    /// <exception cref="CortenException">It is none of these forms.</exception>
    public static ListenAddress Parse(string text, bool tls)
    {
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var (scheme, rest) = separator < 0 ? ("", text) : (text[..separator], text[(separator + 3)..]);
        return scheme switch
        {
            "unix" => new UnixSocket(ParsePath(rest, text)),
            "fd" => new Activated(rest),
            "tcp" or "" when rest.Length > 0 || scheme == "tcp" => new Tcp(ParseEndPoint(rest.TrimEnd('/'), text, tls)),
            "npipe" => throw Bad(text, "named pipes are only on Windows"),
            _ => throw Bad(text, "a unix://, tcp:// or fd:// address is expected"),
        };
    }

    private static string ParsePath(string path, string text)
    {
        if (path.Length == 0)
        {
            throw Bad(text, "the path of the socket is missing");
        }

        return Path.IsPathRooted(path) ? path : throw Bad(text, "the path of the socket must be absolute");
    }

    private static IPEndPoint ParseEndPoint(string rest, string text, bool tls)
    {
        var defaultPort = tls ? TlsPort : PlainPort;
        if (rest.Length == 0)
        {
            return new IPEndPoint(IPAddress.Loopback, defaultPort);
        }

        var colon = rest.LastIndexOf(':');
        var hasPort = colon >= 0 && (rest[0] != '[' || rest[colon - 1] == ']');
        var host = hasPort ? rest[..colon] : rest;
        var port = defaultPort;
        if (hasPort && !(int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue))
        {
            throw Bad(text, "the port is no number from 0 to 65535");
        }

        return new IPEndPoint(ParseHost(host, text), port);
    }

    private static IPAddress ParseHost(string host, string text) => host switch
    {
        "" => IPAddress.Any,
        "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var address) => address,
        _ => throw Bad(text, "the host must be an IP address or localhost"),
    };

    private static CortenException Bad(string text, string why) => CortenException.Invalid($"invalid bind address ({text}): {why}");
}
