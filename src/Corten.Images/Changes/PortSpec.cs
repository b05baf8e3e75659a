using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Images.Changes;

/// <summary>Ports as EXPOSE takes them: <c>80</c>, <c>53/udp</c>, <c>8000-8010/tcp</c>.</summary>
internal static class PortSpec
{
    /// <summary>Each port of a range, as <c>port/protocol</c>.</summary>
    public static IEnumerable<string> Expand(string spec)
    {
        var slash = spec.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : spec[(slash + 1)..].ToLowerInvariant();
        var range = slash < 0 ? spec : spec[..slash];
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw CortenException.Invalid($"Invalid proto: {protocol}");
        }

        var dash = range.IndexOf('-');
        var (first, last) = (Port(dash < 0 ? range : range[..dash], range), Port(dash < 0 ? range : range[(dash + 1)..], range));
        if (first > last)
        {
            throw CortenException.Invalid($"Invalid containerPort: {range}");
        }

        return Enumerable.Range(first, last - first + 1).Select(port => $"{port.ToString(CultureInfo.InvariantCulture)}/{protocol}");
    }

    private static int Port(string text, string range) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
            : throw CortenException.Invalid($"Invalid containerPort: {range}");
}
