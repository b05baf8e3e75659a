using System.Globalization;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Filters;
using Corten.Oci.Errors;

namespace Corten.Containers.Views;

/// <summary>
/// The filters <c>publish</c> (a port of the host) and <c>expose</c> (a port of the container): <c>80</c>, <c>80/udp</c>, <c>8000-8010</c>. A container that has one of
/// any of them passes; only the ports of running containers are looked at, as in Docker.
/// </summary>
internal sealed class PortFilter
{
    private readonly List<(int First, int Last, string Protocol)> _published;
    private readonly List<(int First, int Last, string Protocol)> _exposed;

    /// <exception cref="CortenException">A value is no range of ports.</exception>
    public PortFilter(FilterSet filters)
    {
        _published = [.. filters["publish"].Select(text => Parse("publish", text))];
        _exposed = [.. filters["expose"].Select(text => Parse("expose", text))];
    }

    /// <summary>Nothing is filtered.</summary>
    public bool IsEmpty => _published.Count + _exposed.Count == 0;

    public bool Matches(IEnumerable<PortSummary> ports) =>
        ports.Any(port => Has(_published, port.PublicPort, port.Type) || Has(_exposed, port.PrivatePort, port.Type));

    private static bool Has(List<(int First, int Last, string Protocol)> ranges, int port, string protocol) =>
        ranges.Exists(range => port >= range.First && port <= range.Last && protocol == range.Protocol);

    private static (int First, int Last, string Protocol) Parse(string key, string text)
    {
        var slash = text.IndexOf('/');
        var (range, protocol) = slash < 0 ? (text, "tcp") : (text[..slash], text[(slash + 1)..]);
        if (range.Length == 0)
        {
            throw Refused(key, text, "Empty string specified for ports.");
        }

        var dash = range.IndexOf('-');
        var first = Number(key, text, dash < 0 ? range : range[..dash]);
        var last = Number(key, text, dash < 0 ? range : range[(dash + 1)..]);
        return first <= last ? (first, last, protocol) : throw Refused(key, text, $"Invalid range specified for the Port: {range}");
    }

    private static int Number(string key, string text, string number) =>
        ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw Refused(key, text, $"strconv.ParseUint: parsing \"{number}\": {(number.Length > 0 && number.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax")}");

    private static CortenException Refused(string key, string text, string reason) =>
        CortenException.Internal($"error while looking up for {key} {text}: {reason}");
}
