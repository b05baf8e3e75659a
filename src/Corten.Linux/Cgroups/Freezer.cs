namespace Corten.Linux.Cgroups;

/// <summary>Stopping and resuming a whole group: cgroup.freeze with cgroup.events on v2, freezer.state on v1.</summary>
internal static class Freezer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Set(Cgroup group, bool frozen)
    {
        (string folder, bool unified) = Place(group);
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        for (int round = 0; Environment.TickCount64 < deadline; round++)
        {
            // v1 must be asked again: a process that forks while the group freezes can keep it in FREEZING.
            if (round == 0 || !unified) CgroupFile.Write(folder, unified ? "cgroup.freeze" : "freezer.state", unified ? frozen ? "1" : "0" : frozen ? "FROZEN" : "THAWED");
            if (Reached(folder, unified, frozen)) return;
            Thread.Sleep(1);
        }
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

    private static bool Reached(string folder, bool unified, bool frozen) => unified
        ? (CgroupFile.Read(folder, "cgroup.events") ?? "").Contains(frozen ? "frozen 1" : "frozen 0", StringComparison.Ordinal)
        : CgroupFile.Read(folder, "freezer.state") == (frozen ? "FROZEN" : "THAWED");

    private static (string Folder, bool Unified) Place(Cgroup group)
    {
        if (!group.Mounts.PureUnified && group.Mounts.Of("freezer") is { } v1) return (group.FolderIn(v1), false);
        if (group.Mounts.Unified is { } v2) return (group.FolderIn(v2), true);
        throw new LinuxException(Errno.EOPNOTSUPP, "freeze", group.Path);
    }
}
