using Corten.Linux.Interop;
using Corten.Oci.Errors;
using Native = Corten.Linux.Interop.ProcessAttributes;

namespace Corten.Linux.Processes;

/// <summary>set_mempolicy(2): where the memory of this process, and of what it executes, comes from.</summary>
public static unsafe class MemoryPolicy
{
    private static readonly Dictionary<string, int> Modes = new()
    {
        ["MPOL_DEFAULT"] = 0, ["MPOL_PREFERRED"] = 1, ["MPOL_BIND"] = 2, ["MPOL_INTERLEAVE"] = 3, ["MPOL_LOCAL"] = 4, ["MPOL_PREFERRED_MANY"] = 5,
        ["MPOL_WEIGHTED_INTERLEAVE"] = 6,
    };

    private static readonly Dictionary<string, int> Flags = new()
    {
        ["MPOL_F_NUMA_BALANCING"] = 1 << 13, ["MPOL_F_RELATIVE_NODES"] = 1 << 14, ["MPOL_F_STATIC_NODES"] = 1 << 15,
    };

    public static IEnumerable<string> ModeNames => Modes.Keys.Order(StringComparer.Ordinal);

    public static IEnumerable<string> FlagNames => Flags.Keys.Order(StringComparer.Ordinal);

    public static void Set(string mode, string? nodes, IEnumerable<string>? flags)
    {
        if (!Modes.TryGetValue(mode, out int value)) throw CortenException.Invalid($"invalid memory policy mode \"{mode}\"");
        foreach (string flag in flags ?? []) value |= Flags.TryGetValue(flag, out int bit) ? bit : throw CortenException.Invalid($"invalid memory policy flag \"{flag}\"");
        ulong[] mask = string.IsNullOrEmpty(nodes) ? [] : Scheduling.ParseList(nodes);
        fixed (ulong* bits = mask)
        {
            // The kernel takes one bit less than it is told.
            nuint count = mask.Length == 0 ? 0 : (nuint)((mask.Length * 64) + 1);
            if (Native.set_mempolicy(ArchitectureNumbers.NR_set_mempolicy, value, bits, count) < 0) LinuxException.ThrowLast("set_mempolicy", mode);
        }
    }
}
