using Corten.Linux;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>Mounts whose owners are shifted (mount_setattr(2), MOUNT_ATTR_IDMAP), by the user namespace that the plan prepared for their mappings.</summary>
internal static class IdMappedMount
{
    public static void Apply(ContainerPlan plan, MountSpec mount, MountOptions options, MountTree tree)
    {
        if (!options.IdMap && mount.UidMappings is not { Count: > 0 }) return;
        SafeFileHandle mapping = plan.MountMappings?.For(mount) ?? throw new StepException("mounts", Errno.EINVAL, "idmap mount without mappings");
        tree.Change(0, 0, options.RecursiveIdMap, 0, mapping);
    }
}
