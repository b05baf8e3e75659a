using Corten.Linux.Namespaces;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>setns(2) into a pid namespace concerns the children made afterwards only: entered for one clone, and left again.</summary>
internal sealed class PidNamespaceForChildren : IDisposable
{
    private readonly SafeFileHandle? _own;

    private PidNamespaceForChildren(SafeFileHandle? own) => _own = own;

    public static PidNamespaceForChildren Enter(ContainerPlan plan)
    {
        foreach (var (kind, handle) in plan.Namespaces.Joined)
        {
            // With a user namespace to join first, that is the intermediate process' business.
            if (kind != NamespaceKind.Pid || plan.Namespaces.NeedsIntermediate) continue;
            return Enter(handle);
        }
        return new(null);
    }

    public static PidNamespaceForChildren Enter(SafeFileHandle target)
    {
        SafeFileHandle own = Namespace.Open("/proc/self/ns/pid", NamespaceKind.Pid);
        Namespace.Join(target, NamespaceKind.Pid);
        return new(own);
    }

    public void Dispose()
    {
        if (_own is null) return;
        Namespace.Join(_own, NamespaceKind.Pid);
        _own.Dispose();
    }
}
