using System.Globalization;
using Corten.Containers.Mounts;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Containers.Spec;

/// <summary>The mounts of a container in the order in which they are made: the kernel's file systems, then the user's and the files of /etc, parents before children.</summary>
internal static class MountPlan
{
    private static readonly string[] NoPrograms = ["nosuid", "noexec", "nodev"];

    public static List<MountSpec> Of(SpecRequest request)
    {
        var mine = new HashSet<string>(request.Mounts.Select(mount => mount.Destination).Concat((request.Host.Tmpfs ?? []).Keys.Select(MountWords.Clean)), StringComparer.Ordinal);
        var plan = KernelFileSystems(request).Where(mount => !mine.Contains(mount.Destination)).ToList();
        var user = request.Mounts.Select(UserMount).Concat((request.Host.Tmpfs ?? []).Select(entry => Tmpfs(MountWords.Clean(entry.Key), TmpfsOptions.Parse(entry.Value))));
        // The files of /etc among the user's: a volume on /etc goes beneath them.
        plan.AddRange(user.Concat(EtcFiles(request).Where(mount => !mine.Contains(mount.Destination))).OrderBy(mount => mount.Destination.Count(c => c == '/')));
        if (request.InitProgram is { } init)
        {
            plan.Add(new MountSpec { Destination = SpecBuilder.InitDestination, Type = "bind", Source = init, Options = ["bind", "ro"] });
        }

        return plan;
    }

    /// <summary>A mount that is to be shared with, or to follow, the host needs the same of the root.</summary>
    public static string? RootPropagation(IReadOnlyList<ContainerMount> mounts)
    {
        var modes = mounts.Select(mount => mount.Propagation.TrimStart('r')).ToHashSet();
        return modes.Contains("shared") ? "shared" : modes.Contains("slave") ? "slave" : null;
    }

    private static IEnumerable<MountSpec> KernelFileSystems(SpecRequest request)
    {
        var access = request.Host.Privileged || request.Security.WritableCgroups ? "rw" : "ro";
        yield return New("/proc", "proc", "proc", NoPrograms);
        yield return New("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]);
        yield return New("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]);
        yield return New("/sys", "sysfs", "sysfs", [.. NoPrograms, request.Host.Privileged ? "rw" : "ro"]);
        yield return New("/sys/fs/cgroup", "cgroup", "cgroup", [access, .. NoPrograms]);
        yield return New("/dev/mqueue", "mqueue", "mqueue", NoPrograms);
        if (request.SharedMemoryFolder is { } folder)
        {
            yield return New("/dev/shm", "bind", folder, ["rbind", "rprivate"]);
        }
        else if (request.Host.IpcMode != "none")
        {
            yield return New("/dev/shm", "tmpfs", "shm", [.. NoPrograms, "mode=1777", "size=" + request.Host.ShmSize.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    private static IEnumerable<MountSpec> EtcFiles(SpecRequest request)
    {
        var access = request.Host.ReadonlyRootfs ? "ro" : "rw";
        yield return New("/etc/resolv.conf", "bind", request.ResolvConfFile, ["rbind", "rprivate", access]);
        yield return New("/etc/hostname", "bind", request.HostnameFile, ["rbind", "rprivate", access]);
        yield return New("/etc/hosts", "bind", request.HostsFile, ["rbind", "rprivate", access]);
    }

    private static MountSpec UserMount(ContainerMount mount)
    {
        if (mount.Type == "tmpfs")
        {
            return Tmpfs(mount.Destination, mount.TmpfsOptions ?? []);
        }

        var propagation = mount.Propagation.Length > 0 ? mount.Propagation : "rprivate";
        HostPropagation.Check(mount.Source, propagation);
        return New(mount.Destination, "bind", mount.Source, [mount.NonRecursive ? "bind" : "rbind", propagation, .. Access(mount)]);
    }

    /// <summary>Read-only reaches the mounts below too where the kernel can do it (mount_setattr(2), 5.12), unless the user said otherwise.</summary>
    private static string[] Access(ContainerMount mount)
    {
        if (mount.Writable)
        {
            return [];
        }

        var canRecurse = Machine.Kernel.Release >= new Version(5, 12);
        if (mount.ReadOnlyForceRecursive)
        {
            if (!canRecurse)
            {
                throw CortenException.Invalid("rro is not supported: kernel version is older than 5.12");
            }

            return mount.Propagation.TrimStart('r') == "private"
                ? ["rro"]
                : throw CortenException.Invalid("mount source: \"" + mount.Source + "\": recursive read-only requires the mount propagation to be private");
        }

        return mount.ReadOnlyNonRecursive || mount.NonRecursive || !canRecurse || mount.Propagation.TrimStart('r') is not ("private" or "") ? ["ro"] : ["ro", "rro"];
    }

    private static MountSpec Tmpfs(string destination, IReadOnlyList<string> options) => New(destination, "tmpfs", "tmpfs", [.. options, "rprivate"]);

    private static MountSpec New(string destination, string type, string source, IReadOnlyList<string> options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
