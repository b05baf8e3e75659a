using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Archive;

/// <summary>
/// Unpacks an archive that a container made into a folder of this machine. The container is not trusted: every path is resolved by the kernel
/// with that folder as its root (openat2, RESOLVE_IN_ROOT), and leaves are made by calls that follow nothing.
/// </summary>
internal sealed class Unpacker : IDisposable
{
    private readonly SafeFileHandle root;
    private readonly bool keepOwners;
    private readonly List<(byte[] Path, TarEntry Entry)> folders = [];
    private readonly byte[] buffer = new byte[64 << 10];

    public Unpacker(string folder, bool keepOwners)
    {
        root = FileAt.Open(folder, OpenFlags.Path | OpenFlags.Directory);
        this.keepOwners = keepOwners;
    }

    /// <summary>Files' bytes so far.</summary>
    public long Copied { get; private set; }

    /// <param name="archive">What to unpack.</param>
    /// <param name="rename">Gives an entry's name, and a hard link's target, another; null leaves the entry out.</param>
    public void Run(Stream archive, Func<byte[], byte[]?> rename)
    {
        var reader = new TarReader(archive);
        while (reader.Next() is { } entry)
        {
            if (rename(entry.Name) is { } name && Clean(name) is { Length: > 0 } path)
            {
                var link = entry.Type == TarEntry.HardLink ? Clean(rename(entry.LinkTarget) ?? []) : entry.LinkTarget;
                Make(reader, path, entry with { LinkTarget = link });
            }
        }
        folders.Reverse();
        foreach (var (path, entry) in folders)
        {
            using var parent = Parent(path, out var leaf);
            SetAttributes(parent, leaf, entry);
        }
    }

    public void Dispose() => root.Dispose();

    private void Make(TarReader reader, byte[] path, TarEntry entry)
    {
        using var parent = Parent(path, out var leaf);
        if (entry.Type == TarEntry.Directory)
        {
            MakeFolder(parent, leaf, path, entry);
            return;
        }
        ClearWay(parent, leaf);
        switch (entry.Type)
        {
            case TarEntry.Regular:
                using (var file = FileAt.TryCreate(parent, leaf, entry.Mode & 0x1FF) ?? throw Taken(leaf))
                {
                    int count;
                    while ((count = reader.Read(buffer)) > 0)
                    {
                        OpenFile.Write(file, buffer.AsSpan(0, count));
                        Copied += count;
                    }
                }
                break;
            case TarEntry.SymbolicLink:
                FileAt.MakeSymbolicLink(entry.LinkTarget, parent, leaf);
                break;
            case TarEntry.HardLink:
                using (var source = Parent(entry.LinkTarget, out var sourceLeaf))
                {
                    FileAt.MakeHardLink(source, sourceLeaf, parent, leaf);
                }
                return;
            case TarEntry.Fifo:
                FileAt.MakeNode(parent, leaf, FileType.Fifo | entry.Mode, 0, 0);
                break;
            case TarEntry.CharacterDevice or TarEntry.BlockDevice:
                FileAt.MakeNode(parent, leaf, (entry.Type == TarEntry.BlockDevice ? FileType.BlockDevice : FileType.CharacterDevice) | entry.Mode, entry.Major, entry.Minor);
                break;
            default:
                return;
        }
        SetAttributes(parent, leaf, entry);
    }

    private void MakeFolder(SafeFileHandle parent, byte[] leaf, byte[] path, TarEntry entry)
    {
        if (!FileAt.MakeDirectory(parent, leaf, 0x1C0 | entry.Mode) && FileAt.Status(parent, leaf).Type != FileType.Directory)
        {
            throw CortenException.Invalid($"cannot overwrite non-directory \"{TarEntry.Show(leaf)}\" with directory");
        }
        folders.Add((path, entry));
    }

    /// <summary>A file that is there is replaced; a folder is not.</summary>
    private static void ClearWay(SafeFileHandle parent, byte[] leaf)
    {
        if (!FileAt.TryStatus(parent, leaf, out var status, out _))
        {
            return;
        }
        if (status.Type == FileType.Directory)
        {
            throw CortenException.Invalid($"cannot overwrite directory \"{TarEntry.Show(leaf)}\" with non-directory");
        }
        FileAt.Unlink(parent, leaf);
    }

    private void SetAttributes(SafeFileHandle parent, byte[] leaf, TarEntry entry)
    {
        if (keepOwners)
        {
            FileAt.ChangeOwner(parent, leaf, entry.Uid, entry.Gid);
        }
        if (entry.Type != TarEntry.SymbolicLink)
        {
            FileAt.ChangeMode(parent, leaf, entry.Mode);
        }
        FileAt.SetTimes(parent, leaf, entry.Modified, entry.Modified);
    }

    private SafeFileHandle Parent(byte[] path, out byte[] leaf)
    {
        var slash = Array.LastIndexOf(path, (byte)'/');
        leaf = path[(slash + 1)..];
        return FileAt.OpenInRoot(root, slash < 0 ? "."u8 : path.AsSpan(0, slash), OpenFlags.Path | OpenFlags.Directory);
    }

    /// <summary>Without empty parts and dots. A name that leads upwards is refused.</summary>
    private static byte[] Clean(byte[] name)
    {
        var parts = new List<string>();
        foreach (var part in Encoding.Latin1.GetString(name).Split('/'))
        {
            if (part == "..")
            {
                throw CortenException.Invalid($"invalid path in archive: {TarEntry.Show(name)}");
            }
            if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }
        return Encoding.Latin1.GetBytes(string.Join('/', parts));
    }

    private static CortenException Taken(byte[] leaf) => CortenException.Invalid($"open {TarEntry.Show(leaf)}: file exists");
}
