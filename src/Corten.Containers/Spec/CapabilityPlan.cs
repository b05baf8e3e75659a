using Corten.Containers.Machine;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Containers.Spec;

/// <summary>Which capabilities (capabilities(7)) a container's processes hold, from <c>--privileged</c>, <c>--cap-add</c> and <c>--cap-drop</c>.</summary>
internal static class CapabilityPlan
{
    private const string All = "ALL";

    /// <summary>By their number in the kernel.</summary>
    private static readonly string[] Known =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
        "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE",
        "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME",
        "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG",
        "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    private static readonly string[] Default =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    /// <summary>Every capability that both this program and the running kernel know.</summary>
    public static IReadOnlyList<string> Everything { get; } = Known[..Math.Min(Known.Length, Kernel.LastCapability + 1)];

    public static IReadOnlyList<string> Resolve(bool privileged, IReadOnlyList<string>? add, IReadOnlyList<string>? drop)
    {
        if (privileged)
        {
            return Everything;
        }

        var added = Normalize("CapAdd", add);
        var dropped = Normalize("CapDrop", drop);
        if (added.Contains(All))
        {
            return [.. Everything.Where(capability => !dropped.Contains(capability))];
        }

        return dropped.Contains(All) ? added : [.. Default.Where(capability => !dropped.Contains(capability)).Union(added)];
    }

    /// <summary>The three sets that a container's processes start with; nothing is inheritable, so that another user's program starts without.</summary>
    public static CapabilitySets Sets(IReadOnlyList<string> capabilities) => new() { Bounding = capabilities, Permitted = capabilities, Effective = capabilities };

    /// <summary>Upper case and with the prefix; <c>ALL</c> stays as it is.</summary>
    public static List<string> Normalize(string option, IReadOnlyList<string>? names)
    {
        var normal = new List<string>();
        foreach (var name in names ?? [])
        {
            var upper = name.ToUpperInvariant();
            if (upper == All)
            {
                normal.Add(All);
                continue;
            }

            upper = upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
            normal.Add(Known.Contains(upper) ? upper : throw CortenException.Invalid($"invalid {option}: unknown capability: \"{upper}\""));
        }

        return normal;
    }
}
