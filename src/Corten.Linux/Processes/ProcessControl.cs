using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.ProcessAttributes;

namespace Corten.Linux.Processes;

/// <summary>prctl(2), prlimit(2), keyctl(2) on the calling process.</summary>
public static unsafe class ProcessControl
{
    public static void SetNoNewPrivileges()
    {
        if (Native.prctl(Native.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) LinuxException.ThrowLast("prctl", "PR_SET_NO_NEW_PRIVS");
    }

    /// <summary>Whether others of our user may look into us through /proc (PR_SET_DUMPABLE).</summary>
    public static void SetDumpable(bool value) => Native.prctl(Native.PR_SET_DUMPABLE, value ? 1 : 0, 0, 0, 0);

    /// <summary>The signal that we get when the thread that made us ends.</summary>
    public static void SetParentDeathSignal(int signal) => Native.prctl(Native.PR_SET_PDEATHSIG, signal, 0, 0, 0);

    /// <summary>PR_SET_CHILD_SUBREAPER: orphans below us become our children.</summary>
    public static void SetSubreaper(bool value)
    {
        if (Native.prctl(Native.PR_SET_CHILD_SUBREAPER, value ? 1 : 0, 0, 0, 0) < 0) LinuxException.ThrowLast("prctl", "PR_SET_CHILD_SUBREAPER");
    }

    /// <summary>The name that ps shows, cut at 15 bytes.</summary>
    public static void SetName(string name)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(name + '\0')) Native.prctl(Native.PR_SET_NAME, (nint)text, 0, 0, 0);
    }

    /// <summary>Joins a new session keyring of that name, readable by its owner only (keyrings(7)): a container must not see its starter's keys.</summary>
    /// <returns>False when the kernel has no keyrings.</returns>
    public static bool NewSessionKeyring(string name)
    {
        nint serial;
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(name + '\0'))
        {
            serial = Native.keyctl(ArchitectureNumbers.NR_keyctl, Native.KEYCTL_JOIN_SESSION_KEYRING, (nint)text, 0, 0);
        }
        if (serial >= 0) return true;
        LinuxException failure = LinuxException.Last("keyctl", "session keyring");
        return failure.Errno is Errno.ENOSYS or Errno.EDQUOT ? false : throw failure;
    }

    public static void SetLimit(int pid, ResourceKind kind, ulong soft, ulong hard)
    {
        Native.ResourceLimit limit = new() { Soft = soft, Hard = hard };
        if (Native.prlimit64(ArchitectureNumbers.NR_prlimit64, pid, (int)kind, &limit, null) < 0) LinuxException.ThrowLast("prlimit", $"RLIMIT_{kind.ToString().ToUpperInvariant()}");
    }

    public static (ulong Soft, ulong Hard) GetLimit(int pid, ResourceKind kind)
    {
        Native.ResourceLimit limit;
        if (Native.prlimit64(ArchitectureNumbers.NR_prlimit64, pid, (int)kind, null, &limit) < 0) LinuxException.ThrowLast("prlimit");
        return (limit.Soft, limit.Hard);
    }
}

/// <summary>getrlimit(2): asm-generic/resource.h.</summary>
public enum ResourceKind
{
    Cpu, Fsize, Data, Stack, Core, Rss, Nproc, Nofile, Memlock, As, Locks, Sigpending, Msgqueue, Nice, Rtprio, Rttime,
}

/// <summary>The kinds by the names of getrlimit(2).</summary>
public static class ResourceKinds
{
    private const string Prefix = "RLIMIT_";

    /// <summary>In the order of their numbers. A table: an enumeration's own parsing goes through reflection, which a container's start has no time for.</summary>
    private static readonly string[] Names =
    [
        "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
    ];

    /// <param name="name">As <c>RLIMIT_NOFILE</c>; the case of what follows the prefix does not matter.</param>
    /// <param name="kind">What it names.</param>
    public static bool TryParse(string name, out ResourceKind kind)
    {
        kind = default;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        for (int number = 0; number < Names.Length; number++)
        {
            if (!name.AsSpan(Prefix.Length).Equals(Names[number], StringComparison.OrdinalIgnoreCase)) continue;
            kind = (ResourceKind)number;
            return true;
        }
        return false;
    }
}
