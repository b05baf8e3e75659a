using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>
/// Unpacks an archive below a folder and nowhere else. Parents are opened with openat2 and RESOLVE_IN_ROOT, leaves are only named to calls
/// that follow nothing, so links in the archive, or put there meanwhile by a running container, lead nowhere.
/// </summary>
internal sealed partial class TreeExtractor : IDisposable
{
    private readonly SafeFileHandle _root;
    private readonly ExtractOptions _options;
    private readonly List<(byte[] Path, FileTime Accessed, FileTime Modified)> _folderTimes = [];
    private byte[]? _parentPath;
    private SafeFileHandle? _parent;

    public TreeExtractor(SafeFileHandle root, ExtractOptions options)
    {
        _root = root;
        _options = options;
    }

    /// <summary>Bytes of file data written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Sum of the files' lengths, holes included: a layer's size as Docker counts it.</summary>
    public long Size { get; private set; }

    /// <summary>Entries made.</summary>
    public long Entries { get; private set; }

    /// <summary>Folders that had to be made although the archive has no entry for them, parents first; the root is the empty path.</summary>
    public List<byte[]> Implied { get; } = [];

    /// <summary>Hard links whose target is not in this archive, when whiteouts are converted: it may be in a layer below.</summary>
    public List<(byte[] Path, byte[] Target)> LinksToBelow { get; } = [];

    /// <summary>Unpacks everything, then sets the folders' times.</summary>
    public void Extract(TarReader reader, CancellationToken cancel)
    {
        var entry = new TarEntry();
        while (reader.Next(entry))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                Extract(reader, entry);
            }
            catch (LinuxException e)
            {
                throw new CortenException(e.Errno == Errno.ENOSPC ? ErrorKind.Internal : ErrorKind.InvalidArgument,
                    $"failed to extract \"{entry.Name}\": {e.Message}", e);
            }
        }

        for (var i = _folderTimes.Count - 1; i >= 0; i--)
        {
            var (path, accessed, modified) = _folderTimes[i];
            SetFolderTimes(path, accessed, modified);
        }
    }

    public void Dispose() => _parent?.Dispose();

    private void Extract(TarReader reader, TarEntry entry)
    {
        var path = ArchivePath.Normalize(entry.Path);
        if (_options.Rename is { } rename)
        {
            if (rename(path) is not { } renamed)
            {
                return;
            }

            path = renamed;
        }

        Count();
        if (path.Length == 0)
        {
            if (entry.IsDirectory)
            {
                DescribeRoot(entry);
            }

            return;
        }

        var parent = OpenParent(ArchivePath.Parent(path));
        var leaf = ArchivePath.Leaf(path);
        if (_options.Whiteouts == Whiteouts.Overlay && leaf.StartsWith(Whiteout.Prefix))
        {
            ApplyWhiteout(parent, ArchivePath.Parent(path), leaf);
            return;
        }

        switch (entry.Type)
        {
            case TarEntryType.Regular:
                ExtractFile(reader, entry, parent, leaf);
                break;
            case TarEntryType.Directory:
                ExtractFolder(entry, parent, leaf, path);
                break;
            case TarEntryType.SymbolicLink:
                Make(entry, parent, leaf, static (entry, parent, leaf) => FileAt.MakeSymbolicLink(entry.Link, parent, leaf));
                DescribeUnopened(entry, parent, leaf);
                break;
            case TarEntryType.HardLink:
                ExtractHardLink(entry, parent, leaf, path);
                break;
            default:
                Make(entry, parent, leaf, MakeNode);
                DescribeUnopened(entry, parent, leaf);
                break;
        }
    }

    private void ExtractFile(TarReader reader, TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        var file = FileAt.TryCreate(parent, leaf, 0x180);
        if (file is null)
        {
            MakeRoom(entry, parent, leaf);
            file = FileAt.TryCreate(parent, leaf, 0x180) ?? throw new LinuxException(Errno.EEXIST, "create", Encoding.UTF8.GetString(leaf));
        }

        using (file)
        {
            Bytes += reader.DataLeft;
            Size += entry.Size;
            if (Bytes > _options.Limits.MaxBytes)
            {
                throw CortenException.Invalid($"the archive unpacks to more than the {_options.Limits.MaxBytes} bytes that are allowed");
            }

            if (entry.Sparse is null)
            {
                while (reader.ReadData() is { IsEmpty: false } piece)
                {
                    OpenFile.Write(file, piece);
                }
            }
            else
            {
                WriteSparse(reader, entry, file);
            }

            // chown clears set-id bits and capabilities, so it is first; times are last.
            var (uid, gid) = OwnerOf(entry);
            OpenFile.ChangeOwner(file, uid, gid);
            OpenFile.ChangeMode(file, entry.Mode);
            foreach (var attribute in entry.Attributes)
            {
                if (IsAccepted(attribute) && !ExtendedAttributes.TrySet(file, attribute.Name, attribute.Value, out var errno))
                {
                    RefuseUnlessUnsupported(errno, attribute);
                }
            }

            OpenFile.SetTimes(file, Accessed(entry), Modified(entry));
        }
    }

    private static void WriteSparse(TarReader reader, TarEntry entry, SafeFileHandle file)
    {
        foreach (var run in entry.Sparse!)
        {
            OpenFile.Seek(file, run.Offset);
            for (var left = run.Length; left > 0;)
            {
                var piece = reader.ReadData(left);
                OpenFile.Write(file, piece);
                left -= piece.Length;
            }
        }

        OpenFile.SetLength(file, entry.Size);
    }

    private void ExtractFolder(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf, byte[] path)
    {
        if (!FileAt.MakeDirectory(parent, leaf, 0x1C0))
        {
            var status = FileAt.Status(parent, leaf);
            if (!status.IsDirectory)
            {
                MakeRoom(entry, parent, leaf);
                if (!FileAt.MakeDirectory(parent, leaf, 0x1C0))
                {
                    throw new LinuxException(Errno.EEXIST, "mkdir", Encoding.UTF8.GetString(leaf));
                }

                if (_options.Whiteouts == Whiteouts.Overlay && status.IsWhiteout)
                {
                    // The layer removes the folder below and then brings one of its own: nothing of the old may show through.
                    SetOpaque(parent, leaf);
                }
            }
        }

        using var folder = FileAt.Open(parent, leaf, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        DescribeFolder(entry, folder);
        _folderTimes.Add((path, Accessed(entry), Modified(entry)));
    }

    private void ExtractHardLink(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf, byte[] path)
    {
        var target = ArchivePath.Normalize(entry.Link);
        if (_options.Rename is { } rename)
        {
            target = rename(target) ?? throw CortenException.Invalid($"invalid hard link \"{entry.Name}\": its target is not unpacked");
        }

        if (target.AsSpan().SequenceEqual(path))
        {
            return;
        }

        using var folder = FileAt.TryOpenResolved(_root, InDestination(ArchivePath.Parent(target)), OpenFlags.Path | OpenFlags.Directory, 0,
            Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
        var targetLeaf = ArchivePath.Leaf(target).ToArray();
        if (folder is null || !FileAt.TryStatus(folder, targetLeaf, out var status, out errno))
        {
            if (errno is Errno.ENOENT && _options.Whiteouts == Whiteouts.Overlay)
            {
                LinksToBelow.Add((path, target));
                return;
            }

            throw CortenException.Invalid($"invalid hard link \"{entry.Name}\" -> \"{Encoding.UTF8.GetString(entry.Link)}\": "
                + LinuxException.Describe(errno));
        }

        if (status.IsDirectory)
        {
            throw CortenException.Invalid($"invalid hard link \"{entry.Name}\" -> \"{Encoding.UTF8.GetString(entry.Link)}\": a directory");
        }

        if (!FileAt.MakeHardLink(folder, targetLeaf, parent, leaf))
        {
            MakeRoom(entry, parent, leaf);
            FileAt.MakeHardLink(folder, targetLeaf, parent, leaf);
        }
    }

    private static bool MakeNode(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        var type = entry.Type switch
        {
            TarEntryType.CharacterDevice => FileType.CharacterDevice,
            TarEntryType.BlockDevice => FileType.BlockDevice,
            _ => FileType.Fifo,
        };
        // A fifo has no device number whatever the header says.
        return FileAt.MakeNode(parent, leaf, type | 0x180, type == FileType.Fifo ? 0 : entry.DeviceMajor, type == FileType.Fifo ? 0 : entry.DeviceMinor);
    }

    private delegate bool Maker(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf);

    private void Make(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf, Maker make)
    {
        if (!make(entry, parent, leaf))
        {
            MakeRoom(entry, parent, leaf);
            if (!make(entry, parent, leaf))
            {
                throw new LinuxException(Errno.EEXIST, "create", Encoding.UTF8.GetString(leaf));
            }
        }
    }

    /// <summary>Removes what stands where the entry goes.</summary>
    private void MakeRoom(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        var isFolder = FileAt.Status(parent, leaf).IsDirectory;
        if (_options.KeepFolderOrNot && isFolder != entry.IsDirectory)
        {
            var name = Encoding.UTF8.GetString(leaf);
            throw CortenException.Invalid(isFolder
                ? $"cannot overwrite directory \"{name}\" with non-directory \"{entry.Name}\""
                : $"cannot overwrite non-directory \"{name}\" with directory \"{entry.Name}\"");
        }

        // The cached parent may be in what goes away.
        if (isFolder)
        {
            _parentPath = null;
            TreeRemover.Remove(parent, leaf);
        }
        else
        {
            FileAt.Unlink(parent, leaf);
        }
    }

    private void Count()
    {
        if (++Entries > _options.Limits.MaxEntries)
        {
            throw CortenException.Invalid($"the archive has more than the {_options.Limits.MaxEntries} entries that are allowed");
        }
    }
}
