using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Security;

/// <summary>A policy of the runtime-spec in the kernel's values, its words checked (config-linux.md, "Seccomp").</summary>
internal static class SeccompPolicy
{
    public const uint KillProcess = 0x80000000, KillThread = 0, Trap = 0x30000, ErrnoAction = 0x50000, Notify = 0x7FC00000, Trace = 0x7FF00000, Log = 0x7FFC0000, Allow = 0x7FFF0000;

    public const uint EPERM = 1, ENOSYS = 38;

    private const uint ActionMask = 0xFFFF0000;

    public static readonly IReadOnlyList<string> Actions =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    public static readonly IReadOnlyList<string> Operators =
    [
        "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE",
    ];

    public static readonly IReadOnlyList<string> Flags =
    [
        "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ];

    /// <summary>The kernel's return value for an action and, for the two that take one, its number.</summary>
    public static uint ActionOf(string action, uint? errnoRet)
    {
        if (errnoRet is not null && action is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE")) throw CortenException.Invalid($"seccomp: errnoRet can't be used with action {action}");
        return action switch
        {
            "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => KillThread,
            "SCMP_ACT_KILL_PROCESS" => KillProcess,
            "SCMP_ACT_TRAP" => Trap,
            "SCMP_ACT_ERRNO" => ErrnoAction | ((errnoRet ?? EPERM) & 0xFFFF),
            "SCMP_ACT_TRACE" => Trace | ((errnoRet ?? EPERM) & 0xFFFF),
            "SCMP_ACT_ALLOW" => Allow,
            "SCMP_ACT_LOG" => Log,
            "SCMP_ACT_NOTIFY" => Notify,
            _ => throw CortenException.Invalid($"seccomp: string {action} is not a valid action for seccomp"),
        };
    }

    public static uint FlagsOf(SeccompSpec spec)
    {
        // No flags named: what makes programs fast, as they are without a filter (seccomp(2), SPEC_ALLOW).
        if (spec.Flags is null) return SeccompFilter.SpecAllow;
        uint flags = 0;
        foreach (string flag in spec.Flags)
        {
            flags |= flag switch
            {
                // There is one thread when the filter is installed, and the flag excludes a listener.
                "SECCOMP_FILTER_FLAG_TSYNC" => 0,
                "SECCOMP_FILTER_FLAG_LOG" => SeccompFilter.Log,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => SeccompFilter.SpecAllow,
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => SeccompFilter.WaitKillableReceive,
                _ => throw CortenException.Invalid($"seccomp flags \"{flag}\" not yet supported by runtime"),
            };
        }
        return flags;
    }

    /// <summary>Does the default refuse? Then a system call that is newer than the whole policy answers ENOSYS, so that programs fall back to an older one.</summary>
    public static bool Refuses(uint action) => (action & ActionMask) is ErrnoAction or Trap or KillThread or KillProcess;
}
