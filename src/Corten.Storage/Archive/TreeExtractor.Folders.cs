using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>Parents, attributes and whiteouts.</summary>
internal sealed partial class TreeExtractor
{
    /// <summary>Entries come in the order of a walk: the parent of one is nearly always the parent of the next.</summary>
    private SafeFileHandle OpenParent(ReadOnlySpan<byte> path)
    {
        if (_parentPath is not null && path.SequenceEqual(_parentPath))
        {
            return _parent!;
        }

        _parentPath = null;
        _parent?.Dispose();
        _parent = TryOpenFolder(path, out var errno);
        if (_parent is null)
        {
            if (errno != Errno.ENOENT)
            {
                throw new LinuxException(errno, "open", Encoding.UTF8.GetString(path));
            }

            MakeImplied(path);
            _parent = TryOpenFolder(path, out errno) ?? throw new LinuxException(errno, "open", Encoding.UTF8.GetString(path));
        }

        _parentPath = path.ToArray();
        return _parent;
    }

    private SafeFileHandle? TryOpenFolder(ReadOnlySpan<byte> path, out Errno errno) =>
        FileAt.TryOpenResolved(_root, InDestination(path), OpenFlags.Path | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out errno);

    private ReadOnlySpan<byte> InDestination(ReadOnlySpan<byte> path) =>
        _options.Destination.Length == 0 ? path : ArchivePath.Join(_options.Destination, path);

    /// <summary>Folders above an entry that have no entry of their own: root's, 0755, as everybody makes them.</summary>
    private void MakeImplied(ReadOnlySpan<byte> path)
    {
        for (var end = 0; end < path.Length; end++)
        {
            var slash = path[(end + 1)..].IndexOf((byte)'/');
            end = slash < 0 ? path.Length : end + 1 + slash;
            var upTo = path[..end];
            using var known = TryOpenFolder(upTo, out var errno);
            if (known is not null)
            {
                continue;
            }

            using var parent = TryOpenFolder(ArchivePath.Parent(upTo), out errno)
                ?? throw new LinuxException(errno, "open", Encoding.UTF8.GetString(ArchivePath.Parent(upTo)));
            var leaf = ArchivePath.Leaf(upTo);
            Count();
            if (!FileAt.MakeDirectory(parent, leaf, 0x1ED))
            {
                // A link to nowhere, or, in a layer, what the layer itself has just removed.
                if (_options.Whiteouts != Whiteouts.Overlay || !FileAt.Status(parent, leaf).IsWhiteout)
                {
                    throw new LinuxException(Errno.ENOTDIR, "mkdir", Encoding.UTF8.GetString(upTo));
                }

                FileAt.Unlink(parent, leaf);
                FileAt.MakeDirectory(parent, leaf, 0x1ED);
                SetOpaque(parent, leaf);
            }

            FileAt.ChangeMode(parent, leaf, 0x1ED);
            if (_options.Owner is { } owner)
            {
                FileAt.ChangeOwner(parent, leaf, owner.Uid, owner.Gid);
            }

            Implied.Add(upTo.ToArray());
        }
    }

    private void DescribeRoot(TarEntry entry)
    {
        RootDescribed = true;
        using var folder = FileAt.OpenInRoot(_root, InDestination([]), OpenFlags.ReadOnly | OpenFlags.Directory);
        DescribeFolder(entry, folder);
        _folderTimes.Add(([], Accessed(entry), Modified(entry)));
    }

    /// <summary>The archive has an entry for the root itself.</summary>
    public bool RootDescribed { get; private set; }

    private void DescribeFolder(TarEntry entry, SafeFileHandle folder)
    {
        var (uid, gid) = OwnerOf(entry);
        OpenFile.ChangeOwner(folder, uid, gid);
        OpenFile.ChangeMode(folder, entry.Mode);
        foreach (var attribute in entry.Attributes)
        {
            if (IsAccepted(attribute) && !ExtendedAttributes.TrySet(folder, attribute.Name, attribute.Value, out var errno))
            {
                RefuseUnlessUnsupported(errno, attribute);
            }
        }
    }

    /// <summary>Of what can't be opened without consequences: links, devices, fifos.</summary>
    private void DescribeUnopened(TarEntry entry, SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        var (uid, gid) = OwnerOf(entry);
        FileAt.ChangeOwner(parent, leaf, uid, gid);
        if (entry.Type != TarEntryType.SymbolicLink)
        {
            FileAt.ChangeMode(parent, leaf, entry.Mode);
        }

        foreach (var attribute in entry.Attributes)
        {
            if (IsAccepted(attribute) && !ExtendedAttributes.TrySet(parent, leaf, attribute.Name, attribute.Value, out var errno))
            {
                // The kernel allows user.* on regular files and folders only.
                if (errno != Errno.EPERM)
                {
                    RefuseUnlessUnsupported(errno, attribute);
                }
            }
        }

        FileAt.SetTimes(parent, leaf, Accessed(entry), Modified(entry));
    }

    private void SetFolderTimes(byte[] path, FileTime accessed, FileTime modified)
    {
        // A later entry may have replaced the folder by something else.
        using var folder = FileAt.TryOpenResolved(_root, InDestination(path), OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0,
            Resolve.InRoot | Resolve.NoMagicLinks, out _);
        if (folder is not null)
        {
            OpenFile.SetTimes(folder, accessed, modified);
        }
    }

    private void ApplyWhiteout(SafeFileHandle parent, ReadOnlySpan<byte> parentPath, ReadOnlySpan<byte> leaf)
    {
        if (leaf.SequenceEqual(Whiteout.Opaque))
        {
            using var folder = FileAt.OpenInRoot(_root, InDestination(parentPath), OpenFlags.ReadOnly | OpenFlags.Directory);
            ExtendedAttributes.Set(folder, Whiteout.OpaqueAttribute, "y"u8);
            return;
        }

        // aufs' own bookkeeping (.wh..wh.plnk, .wh..wh.aufs) means nothing here.
        if (leaf.StartsWith(Whiteout.MetaPrefix))
        {
            return;
        }

        var name = leaf[Whiteout.Prefix.Length..];
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            throw CortenException.Invalid($"invalid whiteout \"{Encoding.UTF8.GetString(leaf)}\"");
        }

        if (!FileAt.MakeNode(parent, name, FileType.CharacterDevice, 0, 0) && FileAt.Status(parent, name).IsDirectory)
        {
            // The same layer brings a folder of that name: it stays, alone. (A file hides what is below by being there.)
            SetOpaque(parent, name);
        }
    }

    private static void SetOpaque(SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        if (!ExtendedAttributes.TrySet(parent, leaf, Whiteout.OpaqueAttribute, "y"u8, out var errno))
        {
            throw new LinuxException(errno, "setxattr", Encoding.UTF8.GetString(leaf));
        }
    }

    /// <summary>Attributes by which an overlay could be led to other layers' files, or to hide its own, are never taken from an archive.</summary>
    private static bool IsAccepted(in ExtendedAttribute attribute) =>
        !attribute.Name.AsSpan().StartsWith("trusted.overlay."u8) && !attribute.Name.AsSpan().StartsWith("user.overlay."u8);

    private static void RefuseUnlessUnsupported(Errno errno, in ExtendedAttribute attribute)
    {
        // A file system without such attributes (SELinux's where it is off) gets the file without them, as with Docker.
        if (errno != Errno.EOPNOTSUPP)
        {
            throw new LinuxException(errno, "setxattr", Encoding.UTF8.GetString(attribute.Name));
        }
    }

    private (uint Uid, uint Gid) OwnerOf(TarEntry entry) => _options.Owner ?? (entry.Uid, entry.Gid);

    private FileTime Modified(TarEntry entry) => _options.Modified ?? entry.Modified;

    private FileTime Accessed(TarEntry entry) => _options.Modified ?? entry.Accessed ?? entry.Modified;
}
