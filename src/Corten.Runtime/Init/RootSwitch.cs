using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>Making an open folder the root of this process.</summary>
internal static class RootSwitch
{
    public static void Pivot(RootedFolder root)
    {
        using SafeFileHandle old = PathDescriptor.OpenDirectory("/");
        WorkingFolder.Enter(root.Handle);
        MountCalls.PivotRoot();
        // The old root lies on top now. Its unmounting must not reach the host, whatever is shared.
        WorkingFolder.Enter(old);
        MountCalls.SetPropagation(".", MountCalls.Slave | MountCalls.Recursive);
        MountCalls.Detach(".");
        WorkingFolder.Enter("/");
    }

    /// <summary>For a root that can't be pivoted away from (an initramfs), and for containers without a mount namespace: weaker, and only on request.</summary>
    public static void ChangeRoot(RootedFolder root, bool moveMount)
    {
        WorkingFolder.Enter(root.Handle);
        if (moveMount) MountCalls.Mount(".", "/", null, MountCalls.Move, null);
        WorkingFolder.ChangeRoot(".");
        WorkingFolder.Enter("/");
    }

    public static void MakeReadOnly()
    {
        using SafeFileHandle root = PathDescriptor.OpenDirectory("/");
        MountTree.Change(root, MountCalls.AttributeReadOnly, 0, recursive: false);
    }
}
