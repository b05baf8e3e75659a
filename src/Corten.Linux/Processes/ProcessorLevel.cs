namespace Corten.Linux.Processes;

/// <summary>
/// How much of the x86-64 instruction set this processor has, in the levels of the psABI (x86-64-v1 to v4), as far as the kernel lets programs use it:
/// it leaves out of /proc/cpuinfo what it does not save for them.
/// </summary>
public static class ProcessorLevel
{
    private static readonly string[][] Levels =
    [
        ["cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2"],
        ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"],
        ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
    ];

    private static readonly Lazy<int> Found = new(Read);

    /// <summary>1 to 4; only of meaning on x86-64.</summary>
    public static int Current => Found.Value;

    private static int Read()
    {
        string flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        HashSet<string> has = [.. flags[(flags.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return 1 + Levels.TakeWhile(level => level.All(has.Contains)).Count();
    }
}
