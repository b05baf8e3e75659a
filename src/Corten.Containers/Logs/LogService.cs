using System.Net;
using System.Net.Sockets;
using Corten.Containers.Model;
using Corten.Oci.Errors;

namespace Corten.Containers.Logs;

/// <summary>What journald and syslog are told about a container, worked out by the daemon: the monitor fills in no templates and resolves no names.</summary>
internal static class LogService
{
    public static Dictionary<string, string> Options(Container container, IReadOnlyDictionary<string, string> options)
    {
        var result = new Dictionary<string, string>(options, StringComparer.Ordinal)
        {
            ["tag"] = LogAttributes.Tag(options.GetValueOrDefault("tag") is { Length: > 0 } tag ? tag : "{{.ID}}", container),
            ["container-name"] = container.Name,
            ["image-name"] = container.Record.Config.Image,
        };
        if (options.TryGetValue("syslog-address", out var address))
        {
            result["syslog-address"] = Resolved(address);
        }

        return result;
    }

    private static string Resolved(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("udp" or "tcp") || IPAddress.TryParse(uri.Host.Trim('[', ']'), out _))
        {
            return address;
        }

        try
        {
            return new UriBuilder(uri) { Host = Dns.GetHostAddresses(uri.Host)[0].ToString() }.Uri.ToString();
        }
        catch (SocketException e)
        {
            throw CortenException.Internal($"dial {uri.Scheme}: lookup {uri.Host}: {e.Message}");
        }
    }
}
