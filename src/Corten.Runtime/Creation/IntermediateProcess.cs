using System.Globalization;
using Corten.Linux;
using Corten.Linux.Namespaces;
using Corten.Linux.Processes;
using Corten.Runtime.Init;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>
/// The process between maker and init when a user namespace and others are joined or made together: it joins them in the order that their owners demand,
/// makes init as the maker's child, and ends.
/// </summary>
internal static class IntermediateProcess
{
    public static void Run(ContainerPlan plan, InitChannel channel, InitChannel makerEnd, Stdio stdio, StartGate? gate)
    {
        try
        {
            JoinAll(plan.Namespaces.Joined);
            NamespaceKind made = plan.Namespaces.New & ~(NamespaceKind.Cgroup | NamespaceKind.Time);
            int pid = Child.Clone((ulong)made, asSibling: true, out SafeFileHandle? pidfd);
            if (pid == 0) ContainerInit.Run(plan, channel, makerEnd, stdio, gate, joined: true);
            channel.Send(InitMessage.Created, pid.ToString(CultureInfo.InvariantCulture), pidfd);
            Child.Exit(0);
        }
        catch (Exception e)
        {
            channel.SendFailure(StepException.From("join namespaces", e));
        }
        Child.Exit(1);
    }

    /// <summary>
    /// A namespace can be joined by who has rights over its owner: those of the host from here, those of the joined user namespace only from inside it.
    /// So all are tried, then the user namespace is entered, and those that refused are tried again.
    /// </summary>
    private static void JoinAll(IReadOnlyList<(NamespaceKind Kind, SafeFileHandle Handle)> joined)
    {
        List<(NamespaceKind Kind, SafeFileHandle Handle)> refused = [];
        foreach (var entry in joined)
        {
            if (entry.Kind == NamespaceKind.User) continue;
            try
            {
                Namespace.Join(entry.Handle, entry.Kind);
            }
            catch (LinuxException e) when (e.Errno == Errno.EPERM)
            {
                refused.Add(entry);
            }
        }
        foreach (var (kind, handle) in joined)
        {
            if (kind == NamespaceKind.User) Namespace.Join(handle, kind);
        }
        foreach (var (kind, handle) in refused) Namespace.Join(handle, kind);
    }
}
