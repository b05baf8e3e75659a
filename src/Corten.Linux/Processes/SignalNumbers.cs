namespace Corten.Linux.Processes;

/// <summary>signal(7): numbers and names, the same on x86-64 and arm64.</summary>
public static class SignalNumbers
{
    public const int Hangup = 1, Interrupt = 2, Quit = 3, Kill = 9, Pipe = 13, Terminate = 15, Child = 17, Continue = 18, WindowChange = 28, RealTimeMin = 34, RealTimeMax = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
        "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The number for <c>TERM</c>, <c>SIGTERM</c>, <c>15</c>, <c>RTMIN+3</c>, in any case; null when there is none.</summary>
    public static int? Parse(string text)
    {
        if (int.TryParse(text, System.Globalization.NumberStyles.None, null, out int number)) return number is > 0 and <= RealTimeMax ? number : null;
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) name = name[3..];
        int index = Array.IndexOf(Names, name);
        if (index > 0) return index;
        if (name is "IOT") return 6;
        if (name is "CLD") return Child;
        if (name is "POLL") return 29;
        if (name is "RTMIN") return RealTimeMin;
        if (name is "RTMAX") return RealTimeMax;
        if (name.StartsWith("RTMIN+", StringComparison.Ordinal) && int.TryParse(name[6..], out int up) && up is >= 0 and <= 30) return RealTimeMin + up;
        if (name.StartsWith("RTMAX-", StringComparison.Ordinal) && int.TryParse(name[6..], out int down) && down is >= 0 and <= 30) return RealTimeMax - down;
        return null;
    }
}
