using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Linux.Terminals;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>The container's file system, from the host's to the one in which its program runs.</summary>
internal sealed class ContainerRoot(ContainerPlan plan, InitChannel channel) : IDisposable
{
    private RootedFolder? _root;
    private ContainerMounts? _mounts;
    private bool _cgroupReady;

    /// <summary>Without a mount namespace of its own, a container sees the host's and may change nothing in it.</summary>
    private bool Isolated => plan.Namespaces.Private(NamespaceKind.Mount);

    private RootedFolder Root => _root!;

    /// <summary>Propagation, the root itself, the mounts, the devices. Ends with the old root still in place.</summary>
    public void Prepare()
    {
        if (Isolated) SetPropagation();
        if (plan.Overlay is { } overlay) OverlayMount.Mount(plan.RootPath, overlay.Lower, overlay.Upper, overlay.Work);
        else if (Isolated) BindRootOnItself();
        _root = RootedFolder.Open(plan.RootPath);
        if (!Isolated)
        {
            AwaitCgroup();
            return;
        }
        _mounts = new ContainerMounts(plan, Root, AwaitCgroup);
        _mounts.MountAll();
        if (!_mounts.HasHostDev) DeviceNodes.Make(plan, Root);
        AwaitCgroup();
    }

    /// <summary>A terminal of the container's own devpts: its master goes to the maker, its slave becomes /dev/console too.</summary>
    /// <returns>The slave, or null when none is wanted.</returns>
    public SafeFileHandle? OpenTerminal()
    {
        if (plan.Process?.Spec is not { Terminal: true } process) return null;
        (SafeFileHandle master, SafeFileHandle slave) = PseudoTerminal.Open(Root);
        using (master)
        {
            if (process.ConsoleSize is { } size) PseudoTerminal.Resize(master, size.Height, size.Width);
            channel.Send(InitMessage.Console, descriptor: master);
        }
        if (Isolated && !_mounts!.HasHostDev)
        {
            using SafeFileHandle console = Root.MakeFile("dev/console", 0x180);
            using MountTree tree = MountTree.Clone(slave, recursive: false, "/dev/console");
            tree.Attach(console, "/dev/console");
        }
        return slave;
    }

    /// <summary>pivot_root(2), and what can be finished only in the new root.</summary>
    public void BecomeRoot()
    {
        if (Isolated) _mounts!.Finish();
        if (!Isolated || plan.NoPivot) RootSwitch.ChangeRoot(Root, moveMount: Isolated);
        else RootSwitch.Pivot(Root);
        if (!Isolated) return;
        if (plan.Spec.Root!.ReadOnly) RootSwitch.MakeReadOnly();
        if (plan.Linux.RootfsPropagation is { Length: > 0 } word) MountCalls.SetPropagation("/", MountOptions.ParsePropagation(word));
    }

    public void Dispose() => _root?.Dispose();

    /// <summary>The cgroup namespace is made from where init is in its cgroups, so it waits until it is there.</summary>
    private void AwaitCgroup()
    {
        if (_cgroupReady) return;
        _cgroupReady = true;
        channel.Await(InitCommand.Joined);
        plan.NetDevices?.TakeUp();
        if (plan.Namespaces.Makes(NamespaceKind.Cgroup)) Namespace.Unshare(NamespaceKind.Cgroup);
        foreach (var (kind, handle) in plan.Namespaces.Joined)
        {
            if (kind == NamespaceKind.Cgroup) Namespace.Join(handle, kind);
        }
    }

    /// <summary>
    /// Nothing mounted in here may reach the host, unless the configuration shares on purpose; and the mount below the root must not be shared, or pivot_root
    /// refuses and the root's own mount would show outside.
    /// </summary>
    private void SetPropagation()
    {
        ulong wanted = MountOptions.ParsePropagation(plan.Linux.RootfsPropagation ?? "");
        MountCalls.SetPropagation("/", wanted == 0 ? MountCalls.Slave | MountCalls.Recursive : wanted);
        if ((wanted & MountCalls.Shared) == 0) return;
        for (string? folder = plan.RootPath; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (MountCalls.SetPropagation(folder, MountCalls.Private)) return;
        }
    }

    private void BindRootOnItself()
    {
        using SafeFileHandle place = PathDescriptor.OpenDirectory(plan.RootPath);
        using MountTree tree = MountTree.Clone(place, recursive: true, plan.RootPath);
        tree.Change(0, 0, recursive: true, MountCalls.Private);
        tree.Attach(place, plan.RootPath);
    }
}
