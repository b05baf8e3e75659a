using System.Globalization;
using System.Net;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>The words of EXPOSE: <c>port[-end][/protocol]</c>. Address and host port are accepted and ignored, with a warning.</summary>
internal static class ExposedPorts
{
    private const int MaxPort = 65535;

    /// <summary>Each port as <c>number/protocol</c>.</summary>
    public static IEnumerable<string> Parse(string word, Action<CheckRule, string> warn)
    {
        var parts = word.Split(':');
        var container = parts[^1];
        var hostPort = parts.Length > 1 ? parts[^2] : "";
        var address = parts.Length > 2 ? string.Join(':', parts[..^2]) : "";
        var slash = container.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : container[(slash + 1)..];
        container = slash < 0 ? container : container[..slash];
        if (container.Length == 0)
        {
            throw CortenException.Invalid($"invalid port: {GoText.Quote(word)}: no port specified");
        }

        protocol = protocol.Length == 0 ? "tcp" : protocol;
        var lower = protocol.ToLowerInvariant();
        if (lower is not ("tcp" or "udp" or "sctp"))
        {
            throw CortenException.Invalid($"invalid port: {GoText.Quote(word)}: invalid proto: {protocol}");
        }

        if (protocol != lower)
        {
            warn(CheckRules.ExposeProtoCasing, $"Defined protocol '{word}' in EXPOSE instruction should be lowercase");
        }

        if (parts.Length > 1 && (address.Length > 0 || hostPort.Length > 0))
        {
            warn(CheckRules.ExposeInvalidFormat, $"EXPOSE instruction should not define an IP address or host-port mapping, found '{word}'");
        }

        CheckIgnored(address, hostPort, container);
        var (first, last) = Range(container) ?? throw CortenException.Invalid($"invalid containerPort: {container}");
        return Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{lower}");
    }

    /// <summary>What is ignored must still be well-formed.</summary>
    private static void CheckIgnored(string address, string hostPort, string container)
    {
        if (address.Length > 0 && !IPAddress.TryParse(address.Trim('[', ']'), out _))
        {
            throw CortenException.Invalid($"invalid IP address: {address}");
        }

        if (hostPort.Length == 0)
        {
            return;
        }

        var host = Range(hostPort) ?? throw CortenException.Invalid($"invalid hostPort: {hostPort}");
        if (Range(container) is var (first, last) && first != last && last - first != host.Last - host.First)
        {
            throw CortenException.Invalid($"invalid ranges specified for container and host Ports: {container} and {hostPort}");
        }
    }

    private static (int First, int Last)? Range(string text)
    {
        var dash = text.IndexOf('-');
        var (first, last) = dash < 0 ? (Number(text), Number(text)) : (Number(text[..dash]), Number(text[(dash + 1)..]));
        return first is { } a && last is { } b && a <= b ? (a, b) : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= MaxPort ? port : null;
}
