using System.Globalization;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary>The parameters <c>h</c> and <c>w</c> of a resize, both of which have to be there.</summary>
internal static class TerminalSize
{
    public static (uint Height, uint Width) Read(Query query) => (Number(query, "h", "height"), Number(query, "w", "width"));

    private static uint Number(Query query, string name, string what)
    {
        var text = query.Text(name);
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw CortenException.Invalid($"invalid resize {what} \"{text}\": {(text.AsSpan().TrimStart('-') is { Length: > 0 } digits && !digits.ContainsAnyExceptInRange('0', '9') ? "value out of range" : "invalid syntax")}");
    }
}
