using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Layers;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Snapshots;

/// <summary>
/// A layer between an image and its containers that holds what every container gets a mount on: made once for an image, so that starting a
/// container makes none of it, and neither diff, commit nor a container's size shows it. Only what the image lacks is made, as Docker does.
/// </summary>
internal static class InitLayer
{
    private static readonly (string Path, uint Type)[] Content =
    [
        ("dev/pts", FileType.Directory),
        ("dev/shm", FileType.Directory),
        ("dev/console", FileType.Regular),
        ("proc", FileType.Directory),
        ("sys", FileType.Directory),
        (".dockerenv", FileType.Regular),
        ("etc/resolv.conf", FileType.Regular),
        ("etc/hosts", FileType.Regular),
        ("etc/hostname", FileType.Regular),
        ("etc/mtab", FileType.SymbolicLink),
    ];

    public static Digest KeyOf(Digest parent) => Digest.Of(Encoding.ASCII.GetBytes($"corten-init-1 {parent}"));

    public static Task<Layer> EnsureAsync(LayerStore layers, Digest parent, CancellationToken cancel) =>
        layers.TryGet(KeyOf(parent)) is { } known ? Task.FromResult(known) : layers.BuildAsync(KeyOf(parent), parent, Fill, cancel);

    public static void Fill(SafeFileHandle root)
    {
        foreach (var (path, type) in Content)
        {
            var name = Encoding.ASCII.GetBytes(path);
            using var present = FileAt.TryOpenResolved(root, name, OpenFlags.Path, 0, Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
            if (present is not null || errno != Errno.ENOENT)
            {
                continue;
            }

            using var parent = OpenOrMake(root, ArchivePath.Parent(name));
            if (parent is not null)
            {
                Make(parent, ArchivePath.Leaf(name), type);
            }
        }
    }

    /// <summary>Null when the image has something else there, which then is what the container gets.</summary>
    private static SafeFileHandle? OpenOrMake(SafeFileHandle root, ReadOnlySpan<byte> folder)
    {
        if (!folder.IsEmpty && FileAt.MakeDirectory(root, folder, 0x1ED))
        {
            FileAt.ChangeMode(root, folder, 0x1ED);
        }

        return FileAt.TryOpenResolved(root, folder, OpenFlags.Path | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
    }

    private static void Make(SafeFileHandle parent, ReadOnlySpan<byte> leaf, uint type)
    {
        switch (type)
        {
            case FileType.Directory:
                FileAt.MakeDirectory(parent, leaf, 0x1ED);
                FileAt.ChangeMode(parent, leaf, 0x1ED);
                break;
            case FileType.SymbolicLink:
                FileAt.MakeSymbolicLink("/proc/mounts"u8, parent, leaf);
                break;
            default:
                // Null when the name is a link to nowhere: the mount on it will make its target.
                using (var file = FileAt.TryCreate(parent, leaf, 0x1ED))
                {
                    if (file is not null)
                    {
                        OpenFile.ChangeMode(file, 0x1ED);
                    }
                }

                break;
        }
    }
}
