using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>
/// maskedPaths and readonlyPaths, applied in the new root. Each place is opened once and mounted on by its descriptor; what hides a file is a device checked to be
/// null, not whatever bears that name (CVE-2025-31133).
/// </summary>
internal static class PathGuards
{
    private const ulong Locked = MountCalls.AttributeReadOnly | MountCalls.AttributeNoSuid | MountCalls.AttributeNoDev | MountCalls.AttributeNoExec;

    public static void Apply(LinuxSpec linux)
    {
        using RootedFolder root = RootedFolder.Open("/");
        foreach (string path in linux.ReadOnlyPaths ?? []) MakeReadOnly(root, path);
        Mask(root, linux.MaskedPaths ?? []);
    }

    private static void MakeReadOnly(RootedFolder root, string path)
    {
        using SafeFileHandle? place = root.TryOpenPath(path);
        if (place is null) return;
        using MountTree tree = MountTree.Clone(place, recursive: true, path);
        tree.Change(MountCalls.AttributeReadOnly, 0, recursive: true);
        tree.Attach(place, path);
    }

    private static void Mask(RootedFolder root, IReadOnlyList<string> paths)
    {
        MountTree? emptyFolder = null;
        SafeFileHandle? nullDevice = null;
        try
        {
            foreach (string path in paths)
            {
                using SafeFileHandle? place = root.TryOpenPath(path);
                if (place is null) continue;
                if (FileFacts.Of(place).Kind == FileKind.Directory)
                {
                    // One empty file system serves all folders. It lies on the first itself: before Linux 6.15 what is attached nowhere can't be copied.
                    if (emptyFolder is null)
                    {
                        emptyFolder = MountTree.Create("tmpfs", "tmpfs", ["nr_inodes=2", "mode=555"], Locked);
                        emptyFolder.Attach(place, path);
                        continue;
                    }
                    using MountTree cover = MountTree.Clone(emptyFolder.Handle, recursive: false, path);
                    cover.Attach(place, path);
                }
                else
                {
                    nullDevice ??= OpenNull(root);
                    using MountTree cover = MountTree.Clone(nullDevice, recursive: false, path);
                    cover.Change(MountCalls.AttributeReadOnly, 0, recursive: false);
                    cover.Attach(place, path);
                }
            }
        }
        finally
        {
            emptyFolder?.Dispose();
            nullDevice?.Dispose();
        }
    }

    private static SafeFileHandle OpenNull(RootedFolder root)
    {
        SafeFileHandle? device = root.TryOpenPath("dev/null", followLast: false);
        if (device is not null && FileFacts.Of(device) is { Kind: FileKind.CharacterDevice, DeviceMajor: 1, DeviceMinor: 3 }) return device;
        device?.Dispose();
        throw new StepException("masked paths", Errno.ENODEV, "can't mask paths: /dev/null is not the null device");
    }
}
