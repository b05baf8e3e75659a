using System.Runtime.InteropServices;
using Corten.Linux.Interop;

namespace Corten.Linux.Cgroups;

/// <summary>Making a group in a pure v2 hierarchy (kernel, admin-guide/cgroup-v2.rst).</summary>
internal static class V2Hierarchy
{
    public static void Create(string root, string path)
    {
        string folder = root;
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names)
        {
            PassControllersOn(folder);
            folder = $"{folder}/{name}";
            if (At.mkdirat(At.AT_FDCWD, folder, 0x1ED) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EEXIST) LinuxException.ThrowLast("mkdir", folder);
        }
        if (!string.IsNullOrEmpty(CgroupFile.Read(folder, "cgroup.procs"))) throw new LinuxException(Errno.EBUSY, "cgroup is not empty", folder);
        if (CgroupFile.Read(folder, "cgroup.freeze") == "1") throw new LinuxException(Errno.EBUSY, "cgroup is frozen", folder);
    }

    /// <summary>The folder and the files that the kernel names as delegatable; older kernels name none, and these three are.</summary>
    public static void Delegate(string folder, uint owner)
    {
        string[] files = (CgroupFile.Read("/sys/kernel/cgroup", "delegate") ?? "cgroup.procs\ncgroup.subtree_control\ncgroup.threads").Split('\n');
        foreach (string path in files.Select(file => $"{folder}/{file}").Prepend(folder))
        {
            if (At.fchownat(At.AT_FDCWD, path, owner, uint.MaxValue, At.AT_SYMLINK_NOFOLLOW) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENOENT) LinuxException.ThrowLast("chown", path);
        }
    }

    /// <summary>Every controller that the group has is made available below it; those that refuse (a threaded or a busy group) are left out.</summary>
    private static void PassControllersOn(string folder)
    {
        string[] available = (CgroupFile.Read(folder, "cgroup.controllers") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] passed = (CgroupFile.Read(folder, "cgroup.subtree_control") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. available.Except(passed).Select(controller => "+" + controller)];
        if (missing.Length == 0 || CgroupFile.TryWrite(folder, "cgroup.subtree_control", string.Join(' ', missing), out _)) return;
        foreach (string controller in missing) CgroupFile.TryWrite(folder, "cgroup.subtree_control", controller, out _);
    }
}
