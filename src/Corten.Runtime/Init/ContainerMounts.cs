using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>
/// The configuration's mounts, in order. A source is opened, copied or made as a detached tree and given its attributes; its place is opened inside the root, made
/// if missing; then one is put on the other by descriptors. No path is looked up twice, and none outside the root is ever a target (CVE-2021-30465).
/// </summary>
internal sealed class ContainerMounts(ContainerPlan plan, RootedFolder root, Action awaitCgroup)
{
    /// <summary>What may be laid over procfs: files that report the machine, which resource-view file systems replace.</summary>
    private static readonly string[] AllowedOverProc =
    [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo",
        "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ];

    /// <summary>Kernel file systems: there is one superblock a namespace, which is not ours to make read-only.</summary>
    private static readonly string[] SharedSuperblock = ["proc", "sysfs", "mqueue", "devpts", "cgroup", "cgroup2", "tmpfs"];

    private readonly List<string> _readOnlyLater = [];

    /// <summary>The configuration binds a /dev of the host: nothing is made in it.</summary>
    public bool HasHostDev { get; private set; }

    public void MountAll()
    {
        foreach (MountSpec mount in plan.Spec.Mounts)
        {
            try
            {
                Mount(mount, MountOptions.Parse(mount.Options));
            }
            catch (Exception e) when (e is LinuxException or StepException)
            {
                Errno errno = (e as LinuxException)?.Errno ?? ((StepException)e).Errno;
                throw new StepException("mounts", errno, $"error mounting \"{mount.Source}\" to rootfs at \"{mount.Destination}\": {e.Message}", e);
            }
        }
    }

    /// <summary>Makes those read-only that had to be written while the rest was set up.</summary>
    public void Finish()
    {
        foreach (string path in _readOnlyLater)
        {
            using SafeFileHandle? place = root.TryOpenPath(path);
            if (place is not null) MountTree.Change(place, MountCalls.AttributeReadOnly, 0, recursive: false);
        }
    }

    private void Mount(MountSpec mount, MountOptions options)
    {
        if (options.Bind && !options.Remount) Bind(mount, options);
        else if (options.Remount) Remount(mount, options);
        else if (mount.Type is "cgroup" or "cgroup2")
        {
            awaitCgroup();
            CgroupMount.Mount(plan, root, mount.Destination, options);
        }
        else Create(mount, options);
    }

    private void Bind(MountSpec mount, MountOptions options)
    {
        string source = Path.GetFullPath(mount.Source ?? throw new StepException("mounts", Errno.EINVAL, "bind mount without source"), plan.Bundle);
        using SafeFileHandle from = PathDescriptor.Open(source);
        bool folder = FileFacts.Of(from).Kind == FileKind.Directory;
        string destination = Clean(mount.Destination);
        using SafeFileHandle place = folder ? root.MakeDirectory(destination) : root.MakeFile(destination);
        CheckPlace(place, destination, () => FileFacts.FileSystem(from) == FileFacts.ProcMagic);
        if (folder != (FileFacts.Of(place).Kind == FileKind.Directory))
        {
            throw new StepException("mounts", Errno.ENOTDIR, $"mount src={source}, dst={destination}, flags=MS_BIND{(options.Recursive ? "|MS_REC" : "")}: not a directory");
        }
        if (destination == "/dev") HasHostDev = true;
        using MountTree tree = MountTree.Clone(from, options.Recursive, source);
        IdMappedMount.Apply(plan, mount, options, tree);
        tree.Change(options.Set, options.Clear, recursive: false);
        Finish(tree, options);
        tree.Attach(place, destination);
        if (options.Propagation.Count == 0) return;
        using SafeFileHandle? attached = root.TryOpenPath(destination);
        foreach (ulong propagation in options.Propagation) SetPropagation(attached!, propagation);
    }

    private void Create(MountSpec mount, MountOptions options)
    {
        string destination = Clean(mount.Destination);
        string type = mount.Type ?? throw new StepException("mounts", Errno.EINVAL, "mount without type");
        using SafeFileHandle place = PlaceFor(type, destination);
        CheckPlace(place, destination, () => type == "proc");
        ulong attributes = options.Set;
        bool later = options.ReadOnly && type == "tmpfs" && (destination == "/dev" || options.CopyUp);
        if (later) attributes &= ~MountCalls.AttributeReadOnly;
        using MountTree tree = CreateTree(mount, type, options, attributes);
        if (options.CopyUp) CopyUp.Copy(place, tree.Handle);
        if (later && destination == "/dev") _readOnlyLater.Add(destination);
        else if (later) tree.Change(MountCalls.AttributeReadOnly, 0, recursive: false);
        IdMappedMount.Apply(plan, mount, options, tree);
        Finish(tree, options);
        tree.Attach(place, destination);
        foreach (ulong propagation in options.Propagation)
        {
            using SafeFileHandle? attached = root.TryOpenPath(destination);
            SetPropagation(attached!, propagation);
        }
    }

    private MountTree CreateTree(MountSpec mount, string type, MountOptions options, ulong attributes)
    {
        List<string> parameters = [.. options.Data, .. options.Flags];
        if (options.ReadOnly && !SharedSuperblock.Contains(type)) parameters.Add("ro");
        if (plan.Linux.MountLabel is { Length: > 0 } label && type is not ("proc" or "sysfs")) parameters.Add("context=" + label);
        try
        {
            return MountTree.Create(type, mount.Source, parameters, attributes);
        }
        catch (LinuxException e) when (e.Errno == Errno.EPERM && type == "sysfs" && plan.Namespaces.Private(NamespaceKind.User))
        {
            // The network namespace is not our user namespace's: the host's view is all there is.
            using SafeFileHandle host = PathDescriptor.OpenDirectory("/sys");
            MountTree tree = MountTree.Clone(host, recursive: true, "/sys");
            tree.Change(attributes | MountCalls.AttributeNoSuid | MountCalls.AttributeNoExec | MountCalls.AttributeNoDev, 0, recursive: true);
            return tree;
        }
    }

    /// <summary>procfs and sysfs must lie where their names say: a link there would leave the masked paths bare (CVE-2023-28642).</summary>
    private SafeFileHandle PlaceFor(string type, string destination)
    {
        if (type is not ("proc" or "sysfs")) return root.MakeDirectory(destination);
        try
        {
            SafeFileHandle? there = root.TryOpenPlain(destination);
            if (there is null)
            {
                root.MakeDirectory(destination).Dispose();
                there = root.TryOpenPlain(destination);
            }
            if (there is not null && FileFacts.Of(there).Kind == FileKind.Directory) return there;
            there?.Dispose();
        }
        catch (LinuxException e) when (e.Errno is Errno.ELOOP or Errno.ENOTDIR)
        {
            throw new StepException("mounts", e.Errno, $"filesystem \"{type}\" must be mounted on ordinary directory", e);
        }
        throw new StepException("mounts", Errno.ENOTDIR, $"filesystem \"{type}\" must be mounted on ordinary directory");
    }

    /// <summary>Nothing hides or replaces parts of procfs but what the list allows, and /proc itself is procfs.</summary>
    private static void CheckPlace(SafeFileHandle place, string destination, Func<bool> isProc)
    {
        if (destination == "/proc" && !isProc()) throw new StepException("mounts", Errno.EINVAL, "\"/proc\" cannot be mounted because it is not of type proc");
        if (FileFacts.FileSystem(place) != FileFacts.ProcMagic || destination == "/proc" || AllowedOverProc.Contains(destination)) return;
        throw new StepException("mounts", Errno.EINVAL, $"\"{destination}\" cannot be mounted because it is inside /proc");
    }

    private static void Finish(MountTree tree, MountOptions options)
    {
        if ((options.RecursiveSet | options.RecursiveClear) != 0) tree.Change(options.RecursiveSet, options.RecursiveClear, recursive: true);
    }

    private static void SetPropagation(SafeFileHandle place, ulong propagation)
        => MountTree.Change(place, 0, 0, (propagation & MountCalls.Recursive) != 0, propagation);

    private void Remount(MountSpec mount, MountOptions options)
    {
        using SafeFileHandle place = root.TryOpenPath(mount.Destination) ?? throw new LinuxException(Errno.ENOENT, "remount", mount.Destination);
        MountTree.Change(place, options.Set, options.Clear, recursive: false);
        if ((options.RecursiveSet | options.RecursiveClear) != 0) MountTree.Change(place, options.RecursiveSet, options.RecursiveClear, recursive: true);
        foreach (ulong propagation in options.Propagation) SetPropagation(place, propagation);
    }

    /// <summary>The destination as one absolute path without dots, so that it can be compared; reaching it stays the kernel's confined lookup.</summary>
    private static string Clean(string destination) => Path.GetFullPath(destination, "/").TrimEnd('/') is { Length: > 0 } path ? path : "/";
}
