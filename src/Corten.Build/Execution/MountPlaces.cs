using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>Makes the files and folders that a container's mounts are put on, where the image has none.</summary>
internal static class MountPlaces
{
    private const uint FolderMode = 0x1ED; // 0755

    private static readonly (string Path, bool IsFile)[] Always =
    [
        ("/proc", false), ("/sys", false), ("/dev", false), ("/dev/pts", false), ("/dev/shm", false), ("/dev/console", true), ("/etc/resolv.conf", true),
        ("/etc/hosts", true), ("/etc/hostname", true),
    ];

    public static void Make(SafeFileHandle root, IEnumerable<(string Path, bool IsFile)> wanted)
    {
        foreach (var (path, isFile) in Always.Concat(wanted))
        {
            MakeOne(root, Encoding.UTF8.GetBytes(path.Trim('/')), isFile);
        }
    }

    private static void MakeOne(SafeFileHandle root, byte[] path, bool isFile)
    {
        using var there = FileAt.TryOpenResolved(root, path, OpenFlags.Path, 0, Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
        if (there is not null || errno != Errno.ENOENT || path.Length == 0)
        {
            return;
        }

        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var parentPath = slash < 0 ? [] : path[..slash];
        MakeOne(root, parentPath, isFile: false);
        using var parent = FileAt.TryOpenResolved(root, parentPath, OpenFlags.Path | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
        if (parent is null)
        {
            return;
        }

        var leaf = path.AsSpan(slash + 1);
        if (!isFile)
        {
            if (FileAt.MakeDirectory(parent, leaf, FolderMode))
            {
                FileAt.ChangeMode(parent, leaf, FolderMode);
            }

            return;
        }

        // Null where the name is a link to nowhere: the runtime then makes what it leads to.
        using var file = FileAt.TryCreate(parent, leaf, FolderMode);
        if (file is not null)
        {
            OpenFile.ChangeMode(file, FolderMode);
        }
    }
}
