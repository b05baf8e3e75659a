using System.Globalization;
using System.Net;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary><c>-p</c> and <c>--expose</c>: which ports a container has, and which of them appear where on the host.</summary>
internal sealed class PortArguments
{
    private const int Failed = 125;

    /// <summary>By <c>port/protocol</c>, in the order that JSON maps have.</summary>
    public SortedSet<string> Exposed { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, List<(string HostIp, string HostPort)>> Bindings { get; } = new(StringComparer.Ordinal);

    public static PortArguments Of(Invocation call)
    {
        var ports = new PortArguments();
        foreach (var value in call.List("publish"))
        {
            ports.Publish(value);
        }
        foreach (var value in call.List("expose"))
        {
            ports.Expose(value);
        }
        return ports;
    }

    private void Publish(string value)
    {
        if (value.Contains('=') && !value.Contains("://", StringComparison.Ordinal))
        {
            throw new CommandException($"invalid publish opts format (should be name=value but got '{value}')", Failed);
        }
        var slash = value.LastIndexOf('/');
        var protocol = slash < 0 ? "tcp" : value[(slash + 1)..].ToLowerInvariant();
        var (ip, host, container) = Parts(slash < 0 ? value : value[..slash]);
        if (container.Length == 0)
        {
            throw new CommandException($"No port specified: {value}<empty>", Failed);
        }
        if (ip.Length > 0 && !IPAddress.TryParse(ip, out _))
        {
            throw new CommandException($"Invalid ip address: {ip}", Failed);
        }
        var (first, last) = Range(container) ?? throw new CommandException($"Invalid containerPort: {container}", Failed);
        (int First, int Last)? hosts = host.Length == 0 ? null : Range(host) ?? throw new CommandException($"Invalid hostPort: {host}", Failed);
        if (hosts is { } range && range.Last - range.First != last - first && first != last)
        {
            throw new CommandException($"Invalid ranges specified for container and host Ports: {container} and {host}", Failed);
        }
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new CommandException($"Invalid proto: {protocol}", Failed);
        }
        for (var port = first; port <= last; port++)
        {
            var key = $"{port.ToString(CultureInfo.InvariantCulture)}/{protocol}";
            var bound = hosts is not { } on ? "" : first == last && on.First != on.Last ? host : (on.First + port - first).ToString(CultureInfo.InvariantCulture);
            Exposed.Add(key);
            if (!Bindings.TryGetValue(key, out var list))
            {
                Bindings[key] = list = [];
            }
            list.Add((ip, bound));
        }
    }

    /// <summary><c>[ip:][host:]container</c>; an IPv6 address stands in brackets.</summary>
    private static (string Ip, string Host, string Container) Parts(string value)
    {
        if (value.StartsWith('['))
        {
            var close = value.IndexOf(']');
            if (close < 0 || close + 1 >= value.Length || value[close + 1] != ':')
            {
                throw new CommandException($"Invalid ip address: {value}", Failed);
            }
            var rest = value[(close + 2)..].Split(':', 2);
            return (value[1..close], rest.Length > 1 ? rest[0] : "", rest[^1]);
        }
        var parts = value.Split(':');
        return parts.Length switch
        {
            1 => ("", "", parts[0]),
            2 => ("", parts[0], parts[1]),
            3 => (parts[0], parts[1], parts[2]),
            _ => (string.Join(':', parts[..^2]), parts[^2], parts[^1]),
        };
    }

    private void Expose(string value)
    {
        if (value.Contains(':'))
        {
            throw new CommandException($"invalid port format for --expose: {value}", Failed);
        }
        var slash = value.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : value[(slash + 1)..].ToLowerInvariant();
        var text = slash < 0 ? value : value[..slash];
        if (Range(text) is not { } range)
        {
            var what = text.Length == 0 ? "empty string specified for ports."
                : $"strconv.ParseUint: parsing {Output.GoQuote.Quote(text)}: invalid syntax";
            throw new CommandException($"invalid range format for --expose: {value}, error: {what}", Failed);
        }
        for (var port = range.First; port <= range.Last; port++)
        {
            Exposed.Add($"{port.ToString(CultureInfo.InvariantCulture)}/{protocol}");
        }
    }

    private static (int First, int Last)? Range(string text)
    {
        var dash = text.IndexOf('-');
        var from = dash < 0 ? text : text[..dash];
        var to = dash < 0 ? text : text[(dash + 1)..];
        return ushort.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ushort.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first <= last ? (first, last) : null;
    }
}
