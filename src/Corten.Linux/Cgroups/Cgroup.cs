using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;
using Corten.Linux.Processes;
using Corten.Oci.Runtime;

namespace Corten.Linux.Cgroups;

/// <summary>
/// A container's group: the same path in every hierarchy of the machine. Making, filling, freezing and removing it; what its files are set to is
/// <see cref="V1Resources"/>' and <see cref="V2Resources"/>' matter.
/// </summary>
public sealed class Cgroup
{
    /// <summary>Milliseconds.</summary>
    private const int LongestDeath = 10;

    private readonly CgroupMounts _mounts;

    /// <param name="mounts">The machine's hierarchies.</param>
    /// <param name="path">From the hierarchies' roots: <c>/docker/ID</c>.</param>
    public Cgroup(CgroupMounts mounts, string path)
    {
        _mounts = mounts;
        Path = Normalize(path);
    }

    public string Path { get; }

    public CgroupMounts Mounts => _mounts;

    /// <summary>The folder in each hierarchy.</summary>
    public IEnumerable<string> Folders => _mounts.Hierarchies.Select(FolderIn);

    public string FolderIn(CgroupHierarchy hierarchy) => hierarchy.MountPoint + Path;

    /// <summary>The folder that has a controller's files: its v1 hierarchy's, or v2's. Null when the machine has no such controller.</summary>
    public string? FolderOf(string controller)
    {
        CgroupHierarchy? hierarchy = _mounts.PureUnified ? _mounts.Unified : _mounts.Of(controller);
        return hierarchy is null ? null : FolderIn(hierarchy);
    }

    /// <summary>Makes the group where it is missing; on v2 its ancestors pass their controllers on.</summary>
    /// <exception cref="LinuxException">EBUSY when a v2 group of that path holds processes or is frozen.</exception>
    public void Create()
    {
        foreach (CgroupHierarchy hierarchy in _mounts.Hierarchies)
        {
            if (hierarchy.Unified && _mounts.PureUnified) V2Hierarchy.Create(hierarchy.MountPoint, Path);
            else Make(hierarchy);
        }
    }

    /// <summary>Applies <paramref name="resources"/>; what they do not name stays.</summary>
    public void Apply(ResourcesSpec resources)
    {
        if (_mounts.PureUnified) V2Resources.Apply(FolderIn(_mounts.Unified!), resources);
        else V1Resources.Apply(this, resources);
    }

    /// <summary>Gives the v2 group to <paramref name="owner"/> (cgroup-v2.rst, "Delegation").</summary>
    public void Delegate(uint owner)
    {
        if (_mounts.Unified is { } unified) V2Hierarchy.Delegate(FolderIn(unified), owner);
    }

    /// <summary>Moves a process in. Into every v1 hierarchy and, where there is one, v2's.</summary>
    public void Add(int pid)
    {
        string text = pid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (CgroupHierarchy hierarchy in _mounts.Hierarchies) CgroupFile.Write(FolderIn(hierarchy), "cgroup.procs", text);
    }

    /// <summary>The processes in it and below it. On v1, where groups may differ, those of the most telling hierarchy.</summary>
    public IReadOnlyList<int> Processes()
    {
        CgroupHierarchy? hierarchy = _mounts.PureUnified ? _mounts.Unified : _mounts.Of("pids") ?? _mounts.Of("devices") ?? _mounts.Hierarchies.FirstOrDefault();
        List<int> pids = [];
        if (hierarchy is not null) Collect(FolderIn(hierarchy), pids);
        return pids;
    }

    /// <summary>Stops every process (cgroup.freeze, or the v1 freezer) and waits until the kernel says so.</summary>
    public void Freeze() => Freezer.Set(this, frozen: true);

    public void Thaw() => Freezer.Set(this, frozen: false);

    public bool IsFrozen() => Freezer.IsFrozen(this);

    /// <summary>SIGKILL to everything in it: by cgroup.kill where v2 is mounted, else to one after the other until none is left.</summary>
    public void Kill()
    {
        if (_mounts.Unified is { } unified && CgroupFile.TryWrite(FolderIn(unified), "cgroup.kill", "1", out _)) return;
        for (int round = 0; round < 100 && Processes() is { Count: > 0 } pids; round++)
        {
            foreach (int pid in pids) Signal(pid, Signals.SIGKILL);
            WaitForEnd(pids[^1]);
        }
    }

    /// <summary>Sends <paramref name="signal"/> to every process in it.</summary>
    public void Signal(int signal)
    {
        foreach (int pid in Processes()) Signal(pid, signal);
    }

    /// <summary>
    /// Removes the group and those below it. The processes must be gone or going: a group stays busy for the moment in which the kernel lets go of the
    /// last one, so the call is tried again for up to a second.
    /// </summary>
    /// <returns>False when some hierarchy still refuses.</returns>
    public bool Delete()
    {
        bool all = true;
        foreach (CgroupHierarchy hierarchy in _mounts.Hierarchies) all &= Remove(FolderIn(hierarchy));
        return all;
    }

    /// <summary>The groups of a running process by the kernel's own account (/proc/PID/cgroup): the folder in each hierarchy.</summary>
    /// <param name="mounts">The machine's hierarchies.</param>
    /// <param name="pid">The process.</param>
    /// <param name="subgroups">Groups below to take instead: <c>PATH</c>, or <c>CONTROLLER[,CONTROLLER]:PATH</c>.</param>
    public static IReadOnlyList<string> FoldersOfProcess(CgroupMounts mounts, int pid, IReadOnlyList<string>? subgroups = null)
    {
        List<string> folders = [];
        int fd = At.open($"/proc/{pid}/cgroup", At.O_RDONLY | At.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", $"/proc/{pid}/cgroup");
        using var file = Descriptors.Own(fd);
        foreach (string line in Descriptor.ReadText(fd, 1 << 20).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy-id:controllers:path
            int first = line.IndexOf(':'), second = line.IndexOf(':', first + 1);
            string controllers = line[(first + 1)..second];
            CgroupHierarchy? hierarchy = controllers.Length == 0 ? mounts.Unified
                : controllers.StartsWith("name=", StringComparison.Ordinal) ? mounts.Hierarchies.FirstOrDefault(h => h.Name == controllers[5..])
                : mounts.Of(controllers.Split(',')[0]);
            if (hierarchy is not null) folders.Add(hierarchy.MountPoint + line[(second + 1)..] + SubgroupFor(hierarchy, subgroups));
        }
        return folders;
    }

    /// <summary>Moves a process into a group given by its folder.</summary>
    public static void AddTo(string folder, int pid)
        => CgroupFile.Write(folder, "cgroup.procs", pid.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static string SubgroupFor(CgroupHierarchy hierarchy, IReadOnlyList<string>? subgroups)
    {
        foreach (string entry in subgroups ?? [])
        {
            int colon = entry.IndexOf(':');
            if (colon < 0 || entry[..colon].Split(',').Any(hierarchy.Has)) return Normalize(entry[(colon + 1)..]);
        }
        return "";
    }

    private void Make(CgroupHierarchy hierarchy)
    {
        string folder = FolderIn(hierarchy);
        if (At.mkdirat(At.AT_FDCWD, folder, 0x1ED) < 0)
        {
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            if (errno == Errno.ENOENT) MakeParents(hierarchy);
            else if (errno != Errno.EEXIST) throw new LinuxException(errno, "mkdir", folder);
        }
        if (hierarchy.Has("cpuset")) V1Resources.InheritCpuset(hierarchy.MountPoint, Path);
    }

    private void MakeParents(CgroupHierarchy hierarchy)
    {
        string folder = hierarchy.MountPoint;
        foreach (string name in Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = $"{folder}/{name}";
            if (At.mkdirat(At.AT_FDCWD, folder, 0x1ED) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EEXIST) LinuxException.ThrowLast("mkdir", folder);
        }
    }

    private static void Collect(string folder, List<int> pids)
    {
        foreach (string line in (CgroupFile.Read(folder, "cgroup.procs") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(line, out int pid)) pids.Add(pid);
        }
        foreach (string below in SubGroups(folder)) Collect(below, pids);
    }

    private static bool Remove(string folder)
    {
        for (int round = 0; ; round++)
        {
            if (At.unlinkat(At.AT_FDCWD, folder, At.AT_REMOVEDIR) >= 0) return true;
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            if (errno == Errno.ENOENT) return true;
            if (errno != Errno.EBUSY || round == 200) return false;
            foreach (string below in SubGroups(folder)) Remove(below);
            // The end of a process is an event; the moment in which the kernel lets go of one that has ended, and is not listed any more, is none.
            List<int> going = [];
            Collect(folder, going);
            if (going.Count > 0 && going[^1] > 0) WaitForEnd(going[^1]);
            else if (round > 0) Thread.Sleep(Math.Min(round, 10));
        }
    }

    private static string[] SubGroups(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The bound is for a process in a call that can't be interrupted, which the next round finds again.</summary>
    private static void WaitForEnd(int pid)
    {
        using var pidfd = Pidfd.Open(pid);
        if (pidfd is not null) Readiness.Wait(pidfd, LongestDeath);
    }

    private static void Signal(int pid, int signal)
    {
        using var pidfd = Pidfd.Open(pid);
        if (pidfd is not null) Pidfd.Signal(pidfd, signal);
    }

    /// <summary>One slash before each name, none after; a path that climbs is refused.</summary>
    private static string Normalize(string path)
    {
        var clean = new StringBuilder();
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".") continue;
            if (name == "..") throw Oci.Errors.CortenException.Invalid($"cgroup path {path} climbs out of the hierarchy");
            clean.Append('/').Append(name);
        }
        if (clean.Length == 0) throw Oci.Errors.CortenException.Invalid("cgroup path is empty");
        return clean.ToString();
    }
}
