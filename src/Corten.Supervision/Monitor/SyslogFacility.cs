using System.Globalization;

namespace Corten.Supervision.Monitor;

/// <summary>The facilities of syslog, by name or number, as <c>syslog-facility</c> has them.</summary>
public static class SyslogFacility
{
    /// <summary>RFC 5424, table 1, in its order.</summary>
    private static readonly string[] Names =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "security", "console", "solaris-cron",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    public static bool TryParse(string text, out int facility)
    {
        facility = Array.IndexOf(Names, text);
        return facility >= 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out facility) && facility < Names.Length);
    }
}
