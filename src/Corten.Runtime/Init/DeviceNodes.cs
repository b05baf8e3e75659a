using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>The nodes and links of /dev (config-linux.md, "Devices", "Default Devices", "Default File Systems").</summary>
internal static class DeviceNodes
{
    private const uint ReadWriteForAll = 0x1B6;

    private static readonly DeviceSpec[] Always =
    [
        Character("/dev/null", 1, 3), Character("/dev/zero", 1, 5), Character("/dev/full", 1, 7),
        Character("/dev/random", 1, 8), Character("/dev/urandom", 1, 9), Character("/dev/tty", 5, 0),
    ];

    private static readonly (string Name, string Target)[] Links =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
    ];

    public static void Make(ContainerPlan plan, RootedFolder root)
    {
        bool bind = plan.Namespaces.Private(NamespaceKind.User);
        foreach (DeviceSpec device in plan.Linux.Devices ?? []) Make(root, device, bind);
        foreach (DeviceSpec device in Always)
        {
            if (plan.Linux.Devices is null || !plan.Linux.Devices.Any(own => own.Path == device.Path)) Make(root, device, bind);
        }
        using SafeFileHandle dev = root.MakeDirectory("dev");
        foreach (var (name, target) in Links) FolderCalls.TryMakeLink(target, dev, name);
        if (root.TryOpenPath("proc/kcore") is { } kernel)
        {
            kernel.Dispose();
            FolderCalls.TryMakeLink("/proc/kcore", dev, "core");
        }
        if (root.TryOpenPath("dev/pts/ptmx") is { } multiplexer)
        {
            multiplexer.Dispose();
            FolderCalls.TryUnlink(dev, "ptmx");
            FolderCalls.TryMakeLink("pts/ptmx", dev, "ptmx");
        }
    }

    private static void Make(RootedFolder root, DeviceSpec device, bool bind)
    {
        FileKind kind = device.Type switch
        {
            "c" or "u" => FileKind.CharacterDevice,
            "b" => FileKind.BlockDevice,
            "p" => FileKind.Fifo,
            var other => throw new StepException("devices", Errno.EINVAL, $"invalid device type '{other}' for {device.Path}"),
        };
        try
        {
            if (bind && kind != FileKind.Fifo) Bind(root, device);
            else Make(root, device, kind);
        }
        catch (LinuxException e)
        {
            throw new StepException("devices", e.Errno, $"error creating device node {device.Path}: {e.Message}", e);
        }
    }

    private static void Make(RootedFolder root, DeviceSpec device, FileKind kind)
    {
        (SafeFileHandle folder, string name) = root.ParentOf(device.Path);
        using (folder)
        {
            if (!FolderCalls.TryMakeNode(folder, name, kind, device.FileMode ?? ReadWriteForAll, device.Major, device.Minor))
            {
                FileFacts there = FileFacts.Of(folder.Number(), name);
                bool same = there.Kind == kind && (kind == FileKind.Fifo || (there.DeviceMajor == device.Major && there.DeviceMinor == device.Minor));
                if (!same) throw new LinuxException(Errno.EEXIST, "another file is there", device.Path);
            }
            if (device.Uid is not (null or 0) || device.Gid is not (null or 0)) FolderCalls.ChangeOwner(folder, name, device.Uid ?? 0, device.Gid ?? 0);
        }
    }

    /// <summary>In a user namespace no node can be made: the host's own is bound instead.</summary>
    private static void Bind(RootedFolder root, DeviceSpec device)
    {
        using SafeFileHandle source = PathDescriptor.Open(device.Path);
        using MountTree tree = MountTree.Clone(source, recursive: false, device.Path);
        using SafeFileHandle place = root.MakeFile(device.Path);
        tree.Attach(place, device.Path);
    }

    private static DeviceSpec Character(string path, long major, long minor) => new() { Type = "c", Path = path, Major = major, Minor = minor };
}
