using System.Collections.Frozen;
using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Containers.Model;

/// <summary>A signal by number, or by name with or without SIG (signal(7)).</summary>
public readonly record struct Signal(int Number)
{
    public static Signal Term { get; } = new(15);

    public static Signal Kill { get; } = new(9);

    private const int RealTimeMin = 34;
    private const int RealTimeMax = 64;

    private static readonly FrozenDictionary<string, int> Names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = 1, ["INT"] = 2, ["QUIT"] = 3, ["ILL"] = 4, ["TRAP"] = 5, ["ABRT"] = 6, ["IOT"] = 6, ["BUS"] = 7, ["FPE"] = 8, ["KILL"] = 9,
        ["USR1"] = 10, ["SEGV"] = 11, ["USR2"] = 12, ["PIPE"] = 13, ["ALRM"] = 14, ["TERM"] = 15, ["STKFLT"] = 16, ["CHLD"] = 17, ["CLD"] = 17,
        ["CONT"] = 18, ["STOP"] = 19, ["TSTP"] = 20, ["TTIN"] = 21, ["TTOU"] = 22, ["URG"] = 23, ["XCPU"] = 24, ["XFSZ"] = 25, ["VTALRM"] = 26,
        ["PROF"] = 27, ["WINCH"] = 28, ["IO"] = 29, ["POLL"] = 29, ["PWR"] = 30, ["SYS"] = 31, ["UNUSED"] = 31, ["RTMIN"] = RealTimeMin, ["RTMAX"] = RealTimeMax,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="CortenException">In the reference engine's words: <c>invalid signal: NOPE</c>.</exception>
    public static Signal Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and <= RealTimeMax ? new(number) : throw Unknown(text);
        }

        var name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (Names.TryGetValue(name, out number))
        {
            return new(number);
        }

        var relative = name.StartsWith("RTMIN+", StringComparison.OrdinalIgnoreCase) ? RealTimeMin
            : name.StartsWith("RTMAX-", StringComparison.OrdinalIgnoreCase) ? RealTimeMax : 0;
        return relative != 0 && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && (relative == RealTimeMin ? relative + offset : relative - offset) is >= RealTimeMin and <= RealTimeMax and var realTime
            ? new(realTime)
            : throw Unknown(text);
    }

    private static CortenException Unknown(string text) => CortenException.Invalid($"invalid signal: {text}");
}
