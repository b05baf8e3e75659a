using System.Runtime.InteropServices;
using Corten.Linux.Interop;

namespace Corten.Linux.Security;

/// <summary>capabilities(7): a set of capabilities as the kernel's bit mask.</summary>
public readonly record struct CapabilitySet(ulong Bits)
{
    /// <summary>In the kernel's order (linux/capability.h): the index is the number.</summary>
    private static readonly string[] NameTable =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
        "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP",
        "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
        "CAP_CHECKPOINT_RESTORE",
    ];

    public static IReadOnlyList<string> Names => NameTable;

    public static CapabilitySet Empty => default;

    public bool IsEmpty => Bits == 0;

    public bool Has(int number) => (Bits >> number & 1) != 0;

    /// <summary>The set of the names that are known; the others are added to <paramref name="unknown"/>, which the specification wants warned about.</summary>
    public static CapabilitySet Parse(IEnumerable<string>? names, ICollection<string>? unknown = null)
    {
        ulong bits = 0;
        foreach (string name in names ?? [])
        {
            int number = Array.IndexOf(NameTable, name);
            if (number >= 0) bits |= 1UL << number;
            else unknown?.Add(name);
        }
        return new(bits);
    }

    public static CapabilitySet operator &(CapabilitySet a, CapabilitySet b) => new(a.Bits & b.Bits);

    public IEnumerable<string> ToNames()
    {
        for (int number = 0; number < NameTable.Length; number++)
        {
            if (Has(number)) yield return NameTable[number];
        }
    }
}

/// <summary>The five sets of the calling thread.</summary>
public static unsafe class ThreadCapabilities
{
    /// <summary>Drops from the bounding set everything that is not in <paramref name="keep"/>; what the running kernel does not know is not there.</summary>
    public static void LimitBounding(CapabilitySet keep)
    {
        for (int number = 0; number < 64; number++)
        {
            if (keep.Has(number)) continue;
            if (ProcessAttributes.prctl(ProcessAttributes.PR_CAPBSET_DROP, number, 0, 0, 0) >= 0) continue;
            if ((Errno)Marshal.GetLastPInvokeError() == Errno.EINVAL) return;
            LinuxException.ThrowLast("prctl", "PR_CAPBSET_DROP");
        }
    }

    /// <summary>capset(2).</summary>
    public static void Set(CapabilitySet effective, CapabilitySet permitted, CapabilitySet inheritable)
    {
        CapabilityCalls.Header header = new() { Version = CapabilityCalls.Version3 };
        CapabilityCalls.Data data = new()
        {
            EffectiveLow = (uint)effective.Bits, PermittedLow = (uint)permitted.Bits, InheritableLow = (uint)inheritable.Bits,
            EffectiveHigh = (uint)(effective.Bits >> 32), PermittedHigh = (uint)(permitted.Bits >> 32), InheritableHigh = (uint)(inheritable.Bits >> 32),
        };
        if (CapabilityCalls.capset(ArchitectureNumbers.NR_capset, &header, &data) < 0) LinuxException.ThrowLast("capset");
    }

    /// <summary>The permitted set now: what can be granted at all.</summary>
    public static CapabilitySet Permitted()
    {
        CapabilityCalls.Header header = new() { Version = CapabilityCalls.Version3 };
        CapabilityCalls.Data data;
        if (CapabilityCalls.capget(ArchitectureNumbers.NR_capget, &header, &data) < 0) LinuxException.ThrowLast("capget");
        return new(data.PermittedLow | (ulong)data.PermittedHigh << 32);
    }

    /// <summary>Replaces the ambient set: only what is both permitted and inheritable can be raised, the rest is left out.</summary>
    public static void SetAmbient(CapabilitySet ambient)
    {
        ProcessAttributes.prctl(ProcessAttributes.PR_CAP_AMBIENT, ProcessAttributes.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        for (int number = 0; number < 64 && ambient.Bits >> number != 0; number++)
        {
            if (ambient.Has(number)) ProcessAttributes.prctl(ProcessAttributes.PR_CAP_AMBIENT, ProcessAttributes.PR_CAP_AMBIENT_RAISE, number, 0, 0);
        }
    }

    /// <summary>PR_SET_KEEPCAPS: the permitted set survives the next change of user id.</summary>
    public static void KeepAcrossUserChange(bool keep)
    {
        if (ProcessAttributes.prctl(ProcessAttributes.PR_SET_KEEPCAPS, keep ? 1 : 0, 0, 0, 0) < 0) LinuxException.ThrowLast("prctl", "PR_SET_KEEPCAPS");
    }
}
