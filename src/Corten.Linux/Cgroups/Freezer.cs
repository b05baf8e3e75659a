using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Cgroups;

/// <summary>Stopping and resuming a whole group: cgroup.freeze with cgroup.events on v2, freezer.state on v1.</summary>
internal static class Freezer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Set(Cgroup group, bool frozen)
    {
        (string folder, bool unified) = Place(group);
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        if (unified ? SetUnified(folder, frozen, deadline) : SetLegacy(folder, frozen, deadline)) return;
        if (frozen) CgroupFile.TryWrite(folder, unified ? "cgroup.freeze" : "freezer.state", unified ? "0" : "THAWED", out _);
        throw new LinuxException(Errno.ETIMEDOUT, frozen ? "freeze" : "thaw", folder);
    }

    public static bool IsFrozen(Cgroup group)
    {
        try
        {
            (string folder, bool unified) = Place(group);
            return unified
                ? CgroupFile.Read(folder, "cgroup.freeze") == "1"
                : CgroupFile.Read(folder, "freezer.state") is "FROZEN" or "FREEZING";
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>cgroup.events tells of its changes by poll(2) (cgroup-v2.rst, "cgroup.events").</summary>
    private static bool SetUnified(string folder, bool frozen, long deadline)
    {
        using SafeFileHandle events = File.OpenHandle($"{folder}/cgroup.events");
        CgroupFile.Write(folder, "cgroup.freeze", frozen ? "1" : "0");
        Span<byte> text = stackalloc byte[256];
        Span<PollRequest> change = [new PollRequest { Descriptor = events.Number(), Wanted = PollEvents.Exceptional }];
        while (text[..RandomAccess.Read(events, text, 0)].IndexOf(frozen ? "frozen 1"u8 : "frozen 0"u8) < 0)
        {
            long left = deadline - Environment.TickCount64;
            if (left <= 0 || Readiness.Wait(change, (int)left) == 0) return false;
        }
        return true;
    }

    /// <summary>freezer.state has no event, and must be asked again: a process that forks while the group freezes can keep it in FREEZING (freezer-subsystem.rst).</summary>
    private static bool SetLegacy(string folder, bool frozen, long deadline)
    {
        string wanted = frozen ? "FROZEN" : "THAWED";
        while (Environment.TickCount64 < deadline)
        {
            CgroupFile.Write(folder, "freezer.state", wanted);
            if (CgroupFile.Read(folder, "freezer.state") == wanted) return true;
            Thread.Sleep(1);
        }
        return false;
    }

    private static (string Folder, bool Unified) Place(Cgroup group)
    {
        if (!group.Mounts.PureUnified && group.Mounts.Of("freezer") is { } v1) return (group.FolderIn(v1), false);
        if (group.Mounts.Unified is { } v2) return (group.FolderIn(v2), true);
        throw new LinuxException(Errno.EOPNOTSUPP, "freeze", group.Path);
    }
}
