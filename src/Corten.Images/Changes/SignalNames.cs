using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Images.Changes;

/// <summary>Signals as STOPSIGNAL names them: by number, or by name with or without <c>SIG</c>.</summary>
internal static class SignalNames
{
    private static readonly HashSet<string> _known =
    [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV",
        "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
    ];

    /// <exception cref="CortenException">InvalidArgument: there is no such signal.</exception>
    public static string Check(string signal)
    {
        if (int.TryParse(signal, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and <= 64 ? signal : throw Invalid(signal);
        }

        var name = signal.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        return _known.Contains(name) || IsRealTime(name) ? signal : throw Invalid(signal);
    }

    private static bool IsRealTime(string name) =>
        (name.StartsWith("RTMIN+", StringComparison.Ordinal) || name.StartsWith("RTMAX-", StringComparison.Ordinal))
        && int.TryParse(name[6..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset is >= 1 and <= 15;

    private static CortenException Invalid(string signal) => CortenException.Invalid($"invalid signal: {signal}");
}
