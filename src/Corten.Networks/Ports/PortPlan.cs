using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Corten.EngineApi.Networks;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Ports;

/// <summary>One wish: a container's port on one host address, at the first free of a range of host ports.</summary>
/// <param name="Protocol">tcp, udp, sctp.</param>
/// <param name="ContainerPort">The port inside.</param>
/// <param name="HostAddresses">Where, all with the same port: one address, or both any-addresses.</param>
/// <param name="First">First host port; 0 for one that the engine chooses.</param>
/// <param name="Last">Last host port.</param>
internal sealed record PortWish(string Protocol, ushort ContainerPort, IReadOnlyList<IPAddress> HostAddresses, ushort First, ushort Last);

/// <summary>Reads port specifications of the API.</summary>
internal static class PortPlan
{
    /// <summary>What to publish, in the order of port and protocol; with all exposed ports if asked for.</summary>
    public static List<PortWish> Read(WantedPorts wanted, IPAddress? defaultAddress, bool hasIpv6)
    {
        var wishes = new List<PortWish>();
        foreach (var (key, list) in wanted.Bindings)
        {
            var (port, protocol) = ParsePort(key);
            foreach (var binding in list is { Count: > 0 } ? list : [new PortBinding()])
            {
                var (first, last) = ParseRange(binding.HostPort);
                wishes.Add(new PortWish(protocol, port, Addresses(binding.HostIp, defaultAddress, hasIpv6), first, last));
            }
        }
        if (wanted.All)
        {
            foreach (var (port, protocol) in wanted.Exposed.SelectMany(ExpandPorts).Where(e => !wanted.Bindings.ContainsKey($"{e.Port}/{e.Protocol}")))
            {
                wishes.Add(new PortWish(protocol, port, Addresses("", defaultAddress, hasIpv6), 0, 0));
            }
        }
        return [.. wishes.OrderBy(w => w.ContainerPort).ThenBy(w => w.Protocol, StringComparer.Ordinal)];
    }

    /// <summary><c>80/tcp</c> or <c>80</c>.</summary>
    public static (ushort Port, string Protocol) ParsePort(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var number = slash < 0 ? text : text[..slash];
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw CortenException.Invalid($"invalid proto: {protocol}");
        }
        return ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (port, protocol)
            : throw CortenException.Invalid($"invalid port specification: \"{text}\"");
    }

    /// <summary><c>80-90/tcp</c> as each of its ports.</summary>
    public static IEnumerable<(ushort Port, string Protocol)> ExpandPorts(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (first, last) = ParseRange(slash < 0 ? text : text[..slash]);
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        for (int port = first; port <= last; port++)
        {
            yield return ((ushort)port, protocol);
        }
    }

    /// <summary>Empty, <c>8080</c> or <c>8000-8010</c>.</summary>
    private static (ushort First, ushort Last) ParseRange(string text)
    {
        if (text.Length == 0)
        {
            return (0, 0);
        }
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return ushort.TryParse(dash < 0 ? text : text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ushort.TryParse(dash < 0 ? text : text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first <= last
            ? (first, last)
            : throw CortenException.Invalid($"invalid port specification: \"{text}\"");
    }

    private static IReadOnlyList<IPAddress> Addresses(string text, IPAddress? defaultAddress, bool hasIpv6)
    {
        if (text.Length > 0)
        {
            return IPAddress.TryParse(text.Trim('[', ']'), out var address)
                ? [address]
                : throw CortenException.Invalid($"invalid IP address: {text}");
        }
        return defaultAddress is not null && !defaultAddress.Equals(IPAddress.Any) ? [defaultAddress]
            : hasIpv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
    }
}
