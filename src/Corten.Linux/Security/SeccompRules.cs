using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Security;

/// <summary>What one system call is answered: the first entry whose conditions all hold, else the fallback.</summary>
internal sealed class SyscallVerdict(uint fallback)
{
    public uint Fallback { get; set; } = fallback;

    public bool HasUnconditional { get; set; }

    public List<(IReadOnlyList<SeccompArgument> Conditions, uint Action)> Entries { get; } = [];
}

/// <summary>The policy's rules sorted by system call of one architecture.</summary>
internal static class SeccompRules
{
    private const int MaxArguments = 6;

    /// <summary>
    /// Entries with conditions are tried in the policy's order, then the one without. Names that the architecture does not have are passed over, and so are
    /// rules that say what the default says.
    /// </summary>
    public static SortedDictionary<int, SyscallVerdict> Collect(SeccompSpec spec, SyscallArchitecture architecture, uint defaultAction)
    {
        SortedDictionary<int, SyscallVerdict> verdicts = [];
        foreach (SeccompRule rule in spec.Syscalls ?? [])
        {
            uint action = SeccompPolicy.ActionOf(rule.Action, rule.ErrnoRet);
            foreach (string name in rule.Names)
            {
                if (!architecture.Numbers.TryGetValue(name, out int number)) continue;
                if (action == SeccompPolicy.Notify && name == "write") throw CortenException.Invalid("seccomp: SCMP_ACT_NOTIFY cannot be used for the write syscall");
                if (!verdicts.TryGetValue(number, out SyscallVerdict? verdict)) verdicts[number] = verdict = new(defaultAction);
                Add(verdict, rule.Args, action);
            }
        }
        return verdicts;
    }

    private static void Add(SyscallVerdict verdict, IReadOnlyList<SeccompArgument>? arguments, uint action)
    {
        if (arguments is not { Count: > 0 })
        {
            if (verdict.HasUnconditional) return;
            verdict.HasUnconditional = true;
            verdict.Fallback = action;
            return;
        }
        foreach (SeccompArgument argument in arguments)
        {
            if (argument.Index >= MaxArguments) throw CortenException.Invalid($"seccomp: argument index {argument.Index} is out of range");
            if (!SeccompPolicy.Operators.Contains(argument.Op)) throw CortenException.Invalid($"seccomp: string {argument.Op} is not a valid operator for seccomp");
        }
        // One argument can't meet two conditions of the kind that policies have, so they mean alternatives.
        bool repeated = arguments.Select(argument => argument.Index).Distinct().Count() < arguments.Count;
        if (repeated) verdict.Entries.AddRange(arguments.Select(argument => ((IReadOnlyList<SeccompArgument>)[argument], action)));
        else verdict.Entries.Add((arguments, action));
    }
}
