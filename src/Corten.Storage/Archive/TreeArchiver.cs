using System.Buffers;
using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>
/// Packs a tree, folders before what is in them, names in the order of their bytes: the same tree gives the same archive. The tree may change
/// meanwhile (a running container): what goes away is left out, a file that shrinks is filled up with zeros, one that grows is cut.
/// </summary>
internal sealed class TreeArchiver : IDisposable
{
    // Room for the name of the archive's own in front of a path of the kernel's.
    private const int MaxPath = 8192;

    private readonly TarWriter _writer;
    private readonly ArchiveOptions _options;
    private readonly CancellationToken _cancel;
    private readonly Dictionary<(ulong Device, ulong Inode), List<byte[]>> _links = [];
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private readonly TarEntry _entry = new();
    private ulong _mount;

    public TreeArchiver(TarWriter writer, ArchiveOptions options, CancellationToken cancel) => (_writer, _options, _cancel) = (writer, options, cancel);

    /// <summary>Bytes of file data written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Packs what <paramref name="leaf"/> names in a folder: a file, or a folder with all in it. A link there is packed as a link.</summary>
    public void Add(SafeFileHandle parent, ReadOnlySpan<byte> leaf)
    {
        var status = FileAt.Status(parent, leaf);
        _mount = status.MountId;
        if (!status.IsDirectory)
        {
            AddEntry(parent, leaf, status, _options.Name);
            return;
        }

        using var folder = FileAt.Open(parent, leaf.IsEmpty ? "."u8 : leaf, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        AddTree(folder);
    }

    /// <summary>Packs an open folder.</summary>
    public void AddTree(SafeFileHandle folder)
    {
        var status = FileAt.Status(folder);
        _mount = status.MountId;
        if (_options.Name.Length > 0)
        {
            WriteFolder(folder, status, _options.Name);
        }

        AddContent(folder, [], null);
    }

    /// <summary>
    /// Packs an overlay's upper folder as a layer. <paramref name="below"/> is the merged tree under it: a folder that the overlay marked as
    /// opaque for its own sake, with nothing below, needs no whiteout.
    /// </summary>
    public void AddLayer(SafeFileHandle upper, SafeFileHandle below)
    {
        _mount = FileAt.Status(upper).MountId;
        AddContent(upper, [], below);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void AddContent(SafeFileHandle folder, byte[] path, SafeFileHandle? below)
    {
        // A descriptor may be opened twice for one folder, so the position is not taken for granted.
        OpenFile.Seek(folder, 0);
        foreach (var (leaf, _) in DirectoryEntries.ReadSorted(folder))
        {
            _cancel.ThrowIfCancellationRequested();
            var child = ArchivePath.Join(path, leaf);
            if (_options.Exclude?.Invoke(child) == true)
            {
                continue;
            }

            if (!FileAt.TryStatus(folder, leaf, out var status, out var errno))
            {
                if (errno == Errno.ENOENT)
                {
                    continue;
                }

                throw new LinuxException(errno, "stat", Encoding.UTF8.GetString(child));
            }

            var name = ArchivePath.Join(_options.Name, child);
            if (name.Length > MaxPath)
            {
                throw CortenException.Invalid($"the path {Encoding.UTF8.GetString(name.AsSpan(0, 64))}... is too long for an archive");
            }

            if (status.IsDirectory)
            {
                AddFolder(folder, leaf, status, child, name, below);
            }
            else if (status.IsWhiteout && _options.Whiteouts == Whiteouts.Overlay)
            {
                WriteWhiteout(ArchivePath.Join(ArchivePath.Parent(name), [.. Whiteout.Prefix, .. leaf]), status with { Mode = 0x180 });
            }
            else
            {
                AddEntry(folder, leaf, status, name);
            }
        }
    }

    private void AddFolder(SafeFileHandle parent, byte[] leaf, in FileStatus status, byte[] path, byte[] name, SafeFileHandle? parentBelow)
    {
        using var folder = FileAt.TryOpenResolved(parent, leaf, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0,
            Resolve.Beneath | Resolve.NoSymlinks, out var errno);
        if (folder is null)
        {
            // Replaced or removed since it was listed.
            if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
            {
                return;
            }

            throw new LinuxException(errno, "open", Encoding.UTF8.GetString(name));
        }

        WriteFolder(folder, status, name);
        if (_options.OneMount && status.MountId != _mount)
        {
            return;
        }

        using var below = parentBelow is null ? null : FileAt.TryOpenResolved(parentBelow, leaf,
            OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow, 0, Resolve.Beneath | Resolve.NoSymlinks, out _);
        if (_options.Whiteouts == Whiteouts.Overlay && (below is not null || parentBelow is null)
            && ExtendedAttributes.Get(folder, Whiteout.OpaqueAttribute) is [(byte)'y'])
        {
            // With the folder's owner and mode, and no time: the bytes that Docker writes.
            WriteWhiteout(ArchivePath.Join(name, Whiteout.Opaque), status with { Mode = status.Mode & 0x1FF, Modified = default });
            AddContent(folder, path, null);
            return;
        }

        AddContent(folder, path, below);
    }

    private void AddEntry(SafeFileHandle parent, ReadOnlySpan<byte> leaf, in FileStatus listed, byte[] name)
    {
        switch (listed.Type)
        {
            case FileType.Regular:
                AddFile(parent, leaf, name);
                return;
            case FileType.SymbolicLink:
                Describe(TarEntryType.SymbolicLink, listed, name);
                try
                {
                    _entry.Link = FileAt.ReadLink(parent, leaf);
                }
                catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.EINVAL)
                {
                    return;
                }

                break;
            case FileType.CharacterDevice or FileType.BlockDevice:
                Describe(listed.Type == FileType.CharacterDevice ? TarEntryType.CharacterDevice : TarEntryType.BlockDevice, listed, name);
                _entry.DeviceMajor = listed.RdevMajor;
                _entry.DeviceMinor = listed.RdevMinor;
                break;
            case FileType.Fifo:
                Describe(TarEntryType.Fifo, listed, name);
                break;
            default:
                // A socket means nothing outside of the process that listens on it, and tar has no type for it.
                return;
        }

        if (!LinkToFirst(listed, name))
        {
            foreach (var attribute in ExtendedAttributes.List(parent, leaf))
            {
                AddAttribute(attribute, ExtendedAttributes.Get(parent, leaf, attribute));
            }
        }

        Write();
    }

    private void AddFile(SafeFileHandle parent, ReadOnlySpan<byte> leaf, byte[] name)
    {
        using var file = FileAt.TryOpenResolved(parent, leaf, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, 0,
            Resolve.Beneath | Resolve.NoSymlinks, out var errno);
        if (file is null)
        {
            if (errno is Errno.ENOENT or Errno.ELOOP)
            {
                return;
            }

            throw new LinuxException(errno, "open", Encoding.UTF8.GetString(name));
        }

        var status = FileAt.Status(file);
        if (!status.IsRegular)
        {
            return;
        }

        Describe(TarEntryType.Regular, status, name);
        _entry.Size = status.Size;
        if (LinkToFirst(status, name))
        {
            Write();
            return;
        }

        AddAttributes(file);
        Write();
        for (var left = _entry.Size; left > 0;)
        {
            _cancel.ThrowIfCancellationRequested();
            var count = OpenFile.Read(file, _buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length)));
            if (count == 0)
            {
                _writer.PadData();
                return;
            }

            _writer.WriteData(_buffer.AsSpan(0, count));
            Bytes += count;
            left -= count;
        }
    }

    private void WriteFolder(SafeFileHandle folder, in FileStatus status, byte[] name)
    {
        Describe(TarEntryType.Directory, status, name);
        AddAttributes(folder);
        Write();
    }

    private void WriteWhiteout(byte[] name, in FileStatus status)
    {
        Describe(TarEntryType.Regular, status, name);
        Write();
    }

    /// <summary>The second and later names of a file become hard links to its first, in a merged tree to the first of their layer.</summary>
    private bool LinkToFirst(in FileStatus status, byte[] name)
    {
        if (status.Links < 2)
        {
            return false;
        }

        if (!_links.TryGetValue((status.Device, status.Inode), out var firsts))
        {
            _links[(status.Device, status.Inode)] = [name];
            return false;
        }

        if (firsts.Find(f => _options.Layers?.AreOne(Below(f), Below(name)) ?? true) is not { } first)
        {
            firsts.Add(name);
            return false;
        }

        _entry.Type = TarEntryType.HardLink;
        _entry.Link = first;
        _entry.Size = 0;
        return true;
    }

    /// <summary>A name of the archive as a path of the tree.</summary>
    private ReadOnlySpan<byte> Below(byte[] name) => _options.Name.Length == 0 ? name : name.AsSpan(_options.Name.Length).TrimStart((byte)'/');

    private void Describe(TarEntryType type, in FileStatus status, byte[] name)
    {
        _entry.Clear();
        _entry.Type = type;
        _entry.Path = name;
        _entry.Mode = status.Permissions;
        (_entry.Uid, _entry.Gid) = _options.Owner ?? (status.Uid, status.Gid);
        _entry.Modified = _options.Nanoseconds ? status.Modified : status.Modified with { Nanoseconds = 0 };
    }

    private void AddAttributes(SafeFileHandle file)
    {
        foreach (var attribute in ExtendedAttributes.List(file))
        {
            AddAttribute(attribute, ExtendedAttributes.Get(file, attribute));
        }
    }

    /// <summary>Capabilities and users' own attributes. Labels (security.selinux) belong to the machine, trusted.* to the overlay.</summary>
    private void AddAttribute(byte[] name, byte[]? value)
    {
        var kept = name.AsSpan().SequenceEqual("security.capability"u8)
            || (name.AsSpan().StartsWith("user."u8) && !name.AsSpan().StartsWith("user.overlay."u8));
        if (kept && value is not null)
        {
            _entry.Attributes.Add(new ExtendedAttribute(name, value));
        }
    }

    private void Write()
    {
        _options.Adjust?.Invoke(_entry);
        _writer.WriteEntry(_entry);
    }
}
