using Corten.Linux.Cgroups;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Operations;

/// <summary>
/// A process in a container can reach the program that its init was before exec, through /proc/PID/exe, and could write to it (CVE-2019-5736). So what starts
/// processes in containers runs from a read-only mount of itself that is attached nowhere: no copy is made, and there is nothing to remount.
/// </summary>
internal static class HostBinary
{
    private const string Self = "/proc/self/exe";

    /// <summary>
    /// Bytes (hexadecimal) that may be allocated before the first collection: what a monitor, which lives as long as its container, keeps small. It can be
    /// given in the environment only.
    /// </summary>
    private const string SmallHeapName = "DOTNET_GCGen0MaxBudget", SmallHeap = "40000";

    /// <summary>Goes on only in a process whose image can't be written to; does not return in one whose can, but executes it anew.</summary>
    /// <param name="arguments">Its own.</param>
    /// <param name="movesSoon">What follows puts a process into a cgroup.</param>
    public static void Protect(IReadOnlyList<string> arguments, bool movesSoon)
    {
        using SafeFileHandle self = Linux.PathDescriptor.Open(Self);
        if (FileFacts.IsReadOnlyMount(self))
        {
            SignalState.Default(SignalNumbers.Child);
            return;
        }
        if (movesSoon) CgroupMoveWarmUp.BeginInChild();
        using MountTree tree = MountTree.Clone(self, recursive: false, Self);
        tree.Change(MountCalls.AttributeReadOnly, 0, recursive: false);
        Executable.RunInSameEnvironment(tree.Handle, ["corten-runtime", .. arguments], SmallHeapName, SmallHeap);
    }
}
