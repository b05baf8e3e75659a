using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>credentials(7) of the calling thread, by raw system call.</summary>
public static unsafe class Credentials
{
    public static uint EffectiveUser => Native.geteuid();

    public static uint EffectiveGroup => Native.getegid();

    public static void SetGroups(IReadOnlyList<uint> groups)
    {
        fixed (uint* list = groups.ToArray())
        {
            if (Native.setgroups(ArchitectureNumbers.NR_setgroups, groups.Count, list) < 0) LinuxException.ThrowLast("setgroups");
        }
    }

    /// <summary>Real, effective and saved at once.</summary>
    public static void SetGroup(uint gid)
    {
        if (Native.setresid(ArchitectureNumbers.NR_setresgid, gid, gid, gid) < 0) LinuxException.ThrowLast("setresgid", $"{gid}");
    }

    public static void SetUser(uint uid)
    {
        if (Native.setresid(ArchitectureNumbers.NR_setresuid, uid, uid, uid) < 0) LinuxException.ThrowLast("setresuid", $"{uid}");
    }

    public static uint SetUmask(uint mask) => Native.umask(mask);

    /// <summary>setsid(2).</summary>
    public static void NewSession()
    {
        if (Native.setsid() < 0) LinuxException.ThrowLast("setsid");
    }
}
