using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Security;

/// <summary>
/// Turns the runtime-spec's policy into a filter: which architecture, then a binary search over ranges of consecutive numbers with one answer, so that a system
/// call costs some ten comparisons whatever the policy's length.
/// </summary>
public static class SeccompCompiler
{
    /// <summary>struct seccomp_data: the number, the architecture, the instruction pointer, six arguments of 64 bits, low word first.</summary>
    private const uint NumberOffset = 0, ArchitectureOffset = 4, ArgumentOffset = 16;

    public static IReadOnlyList<string> KnownActions => SeccompPolicy.Actions;

    public static IReadOnlyList<string> KnownOperators => SeccompPolicy.Operators;

    public static IReadOnlyList<string> KnownFlags => SeccompPolicy.Flags;

    public static IReadOnlyList<string> KnownArchitectures => SyscallTable.SpecNames;

    /// <exception cref="CortenException">The policy says what is no policy.</exception>
    public static SeccompFilter Compile(SeccompSpec spec)
    {
        uint defaultAction = SeccompPolicy.ActionOf(spec.DefaultAction, spec.DefaultErrnoRet);
        if (defaultAction == SeccompPolicy.Notify) throw CortenException.Invalid("seccomp: SCMP_ACT_NOTIFY cannot be used as default action");
        uint flags = SeccompPolicy.FlagsOf(spec);
        bool notifies = spec.Syscalls?.Any(rule => rule.Action == "SCMP_ACT_NOTIFY") == true;
        if (notifies && string.IsNullOrEmpty(spec.ListenerPath)) throw CortenException.Invalid("seccomp: listenerPath is needed for SCMP_ACT_NOTIFY");
        if (notifies) flags |= SeccompFilter.NewListener;
        else flags &= ~SeccompFilter.WaitKillableReceive;
        BpfCode code = CompileAll(spec, defaultAction);
        if (code.Length > BpfCode.Most) throw CortenException.Invalid($"seccomp: the filter has {code.Length} instructions, more than the kernel's {BpfCode.Most}");
        return new SeccompFilter(code.ToArray(), flags, spec.ListenerPath, spec.ListenerMetadata);
    }

    private static BpfCode CompileAll(SeccompSpec spec, uint defaultAction)
    {
        var names = new HashSet<string>(spec.Architectures ?? []) { SyscallTable.NativeName };
        foreach (string name in names)
        {
            if (!SyscallTable.SpecNames.Contains(name)) throw CortenException.Invalid($"seccomp: string {name} is not a valid arch for seccomp");
        }
        SyscallArchitecture[] architectures = [.. names.Order(StringComparer.Ordinal).Select(SyscallTable.Of).OfType<SyscallArchitecture>()];
        // What the policy does not name may not make any system call at all.
        var chain = new BpfCode();
        chain.Return(SeccompPolicy.KillProcess);
        foreach (var group in architectures.GroupBy(architecture => architecture.Audit))
        {
            var next = new BpfCode();
            next.Select(group.Key, chain, CompileArchitecture(spec, [.. group], defaultAction));
            chain = next;
        }
        var code = new BpfCode();
        code.LoadWord(ArchitectureOffset);
        code.Append(chain);
        return code;
    }

    /// <summary>The plain numbers of an architecture and, on x86-64, those of x32: refused as unknown unless the policy names them.</summary>
    private static BpfCode CompileArchitecture(SeccompSpec spec, IReadOnlyList<SyscallArchitecture> group, uint defaultAction)
    {
        var code = new BpfCode();
        code.LoadWord(NumberOffset);
        SyscallArchitecture? plain = group.FirstOrDefault(architecture => architecture.NumberBit == 0);
        SyscallArchitecture? x32 = group.FirstOrDefault(architecture => architecture.NumberBit != 0);
        BpfCode low = plain is null ? Only(SeccompPolicy.KillProcess) : CompileNumbers(spec, plain, defaultAction);
        if (group[0].Audit != SyscallTable.Of(SyscallTable.NativeName)!.Audit || SyscallTable.NativeName != "SCMP_ARCH_X86_64")
        {
            code.Append(low);
            return code;
        }
        BpfCode high = x32 is null ? Only(SeccompPolicy.ErrnoAction | SeccompPolicy.ENOSYS) : CompileNumbers(spec, x32, defaultAction);
        code.Branch(SyscallTable.X32Bit, low, high);
        return code;
    }

    private static BpfCode CompileNumbers(SeccompSpec spec, SyscallArchitecture architecture, uint defaultAction)
    {
        SortedDictionary<int, SyscallVerdict> verdicts = SeccompRules.Collect(spec, architecture, defaultAction);
        List<(uint First, SyscallVerdict Verdict)> ranges = [];
        var otherwise = new SyscallVerdict(defaultAction);
        uint next = 0;
        void Append(uint first, SyscallVerdict verdict)
        {
            if (ranges.Count > 0 && Same(ranges[^1].Verdict, verdict)) return;
            ranges.Add((first | architecture.NumberBit, verdict));
        }
        foreach (var (number, verdict) in verdicts)
        {
            if ((uint)number > next) Append(next, otherwise);
            Append((uint)number, verdict);
            next = (uint)number + 1;
        }
        // Newer than anything that the policy's author knew: not there, rather than forbidden.
        Append(next, verdicts.Count > 0 && SeccompPolicy.Refuses(defaultAction) ? new(SeccompPolicy.ErrnoAction | SeccompPolicy.ENOSYS) : otherwise);
        return Search(ranges, 0, ranges.Count);
    }

    private static bool Same(SyscallVerdict a, SyscallVerdict b) => a.Entries.Count == 0 && b.Entries.Count == 0 && a.Fallback == b.Fallback;

    private static BpfCode Search(List<(uint First, SyscallVerdict Verdict)> ranges, int from, int to)
    {
        if (to - from == 1) return Leaf(ranges[from].Verdict);
        int middle = (from + to) / 2;
        var code = new BpfCode();
        code.Branch(ranges[middle].First, Search(ranges, from, middle), Search(ranges, middle, to));
        return code;
    }

    private static BpfCode Leaf(SyscallVerdict verdict)
    {
        var code = new BpfCode();
        foreach (var (conditions, action) in verdict.Entries)
        {
            var entry = Only(action);
            // Backwards: a condition that fails jumps over all that is behind it.
            foreach (SeccompArgument condition in conditions.Reverse())
            {
                BpfCode test = Test(condition, entry.Length);
                test.Append(entry);
                entry = test;
            }
            code.Append(entry);
        }
        code.Return(verdict.Fallback);
        return code;
    }

    /// <summary>Falls through when the condition holds, else jumps over the <paramref name="behind"/> instructions that follow the test.</summary>
    private static BpfCode Test(SeccompArgument condition, int behind)
    {
        uint lowWord = ArgumentOffset + (8 * condition.Index), highWord = lowWord + 4;
        uint low = (uint)condition.Value, high = (uint)(condition.Value >> 32);
        var code = new BpfCode();
        code.LoadWord(highWord);
        switch (condition.Op)
        {
            case "SCMP_CMP_EQ":
                code.IfEqual(high, 0, behind + 2);
                code.LoadWord(lowWord);
                code.IfEqual(low, 0, behind);
                break;
            case "SCMP_CMP_NE":
                code.IfEqual(high, 0, 2);
                code.LoadWord(lowWord);
                code.IfEqual(low, behind, 0);
                break;
            case "SCMP_CMP_GT":
                code.IfGreater(high, 3, 0);
                code.IfEqual(high, 0, behind + 2);
                code.LoadWord(lowWord);
                code.IfGreater(low, 0, behind);
                break;
            case "SCMP_CMP_GE":
                code.IfGreater(high, 3, 0);
                code.IfEqual(high, 0, behind + 2);
                code.LoadWord(lowWord);
                code.IfAtLeast(low, 0, behind);
                break;
            case "SCMP_CMP_LT":
                code.IfGreater(high, behind + 3, 0);
                code.IfEqual(high, 0, 2);
                code.LoadWord(lowWord);
                code.IfAtLeast(low, behind, 0);
                break;
            case "SCMP_CMP_LE":
                code.IfGreater(high, behind + 3, 0);
                code.IfEqual(high, 0, 2);
                code.LoadWord(lowWord);
                code.IfGreater(low, behind, 0);
                break;
            default:
                // SCMP_CMP_MASKED_EQ: value is the mask, valueTwo what remains.
                code.AndWith(high);
                code.IfEqual((uint)(condition.ValueTwo >> 32), 0, behind + 3);
                code.LoadWord(lowWord);
                code.AndWith(low);
                code.IfEqual((uint)condition.ValueTwo, 0, behind);
                break;
        }
        return code;
    }

    private static BpfCode Only(uint value)
    {
        var code = new BpfCode();
        code.Return(value);
        return code;
    }
}
