using Corten.Linux;
using Corten.Linux.Cgroups;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>A mount of type cgroup: the container's own groups as the machine has them, one hierarchy (v2) or a folder of them (v1).</summary>
internal static class CgroupMount
{
    public static void Mount(ContainerPlan plan, RootedFolder root, string destination, MountOptions options)
    {
        using SafeFileHandle place = root.MakeDirectory(destination);
        if (plan.Cgroup.Mounts.PureUnified) MountUnified(plan, place, destination, options);
        else MountHierarchies(plan, root, place, destination, options);
    }

    private static void MountUnified(ContainerPlan plan, SafeFileHandle place, string destination, MountOptions options)
    {
        using MountTree tree = UnifiedTree(plan, options);
        tree.Attach(place, destination);
    }

    private static MountTree UnifiedTree(ContainerPlan plan, MountOptions options)
    {
        if (plan.Namespaces.Private(NamespaceKind.Cgroup))
        {
            try
            {
                return MountTree.Create("cgroup2", "cgroup", options.Data, options.Set);
            }
            catch (LinuxException e) when (e.Errno is Errno.EPERM or Errno.EBUSY)
            {
                // A user namespace that owns no cgroup namespace may not mount it, but may see it.
            }
        }
        using SafeFileHandle group = PathDescriptor.OpenDirectory(plan.Cgroup.FolderIn(plan.Cgroup.Mounts.Unified!));
        MountTree tree = MountTree.Clone(group, recursive: false, plan.Cgroup.Path);
        tree.Change(options.Set, options.Clear, recursive: false);
        return tree;
    }

    private static void MountHierarchies(ContainerPlan plan, RootedFolder root, SafeFileHandle place, string destination, MountOptions options)
    {
        using (MountTree folder = MountTree.Create("tmpfs", "tmpfs", ["mode=755"], options.Set & ~MountCalls.AttributeReadOnly)) folder.Attach(place, destination);
        using SafeFileHandle parent = root.TryOpenPath(destination)!;
        using var inside = new RootedFolder(parent);
        foreach (CgroupHierarchy hierarchy in plan.Cgroup.Mounts.Hierarchies)
        {
            if (hierarchy.Unified) continue;
            string name = Path.GetFileName(hierarchy.MountPoint);
            using SafeFileHandle group = PathDescriptor.OpenDirectory(plan.Cgroup.FolderIn(hierarchy));
            using MountTree tree = MountTree.Clone(group, recursive: false, name);
            tree.Change(options.Set, options.Clear, recursive: false);
            using SafeFileHandle at = inside.MakeDirectory(name);
            tree.Attach(at, $"{destination}/{name}");
            // Where several controllers share a hierarchy, each is found by its own name.
            foreach (string controller in hierarchy.Controllers)
            {
                if (controller != name) FolderCalls.TryMakeLink(name, parent, controller);
            }
        }
        if (options.ReadOnly) MountTree.Change(parent, MountCalls.AttributeReadOnly, 0, recursive: false);
    }
}
