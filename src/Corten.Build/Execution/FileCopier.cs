using System.Runtime.InteropServices;
using System.Text;
using Corten.Build.Planning;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>What COPY changes about the files it copies.</summary>
/// <param name="Owner">Null to keep theirs.</param>
/// <param name="Mode">The words of <c>--chmod</c>; null to keep theirs.</param>
/// <param name="Made">The time of folders that are made on the way; null for now.</param>
public sealed record CopyOptions((uint Uid, uint Gid)? Owner, string? Mode, FileTime? Made);

/// <summary>
/// Copies selected files into a tree. Parents are opened inside the tree's root and may be reached through links of the image; the last name is
/// never followed (<see cref="Destination"/> has been before). A file takes the place of a file or link, folders merge, and neither takes the place of the other.
/// </summary>
/// <param name="source">The root of the tree that files come from.</param>
/// <param name="target">The root of the one that they go to.</param>
/// <param name="options">What is changed about them.</param>
/// <param name="layers">What the source is merged of; null where only folders are made.</param>
/// <param name="links">Takes over files as they are; null to copy all.</param>
internal sealed class FileCopier(SafeFileHandle source, SafeFileHandle target, CopyOptions options, LayeredFiles? layers = null, ContextLinks? links = null)
{
    private const uint FolderMode = 0x1ED; // 0755
    private const uint PrivateMode = 0x180; // 0600

    private readonly Dictionary<(ulong Device, ulong Inode), List<(byte[] Source, byte[] Place)>> _linked = [];

    /// <param name="selected">What to copy.</param>
    /// <param name="destination">Absolute; a slash at the end says that it is a folder.</param>
    /// <param name="cancellation">Stops between two files.</param>
    public void Copy(SelectedSource selected, string destination, CancellationToken cancellation)
    {
        if (selected.Entries.Count == 0)
        {
            return;
        }

        var place = Encoding.UTF8.GetBytes(destination.Trim('/'));
        var first = selected.Entries[0].Status;
        if (!selected.IsDirectory)
        {
            place = destination.EndsWith('/') || IsDirectory(place) == true ? Selection.Join(place, selected.Name) : place;
            using var folder = EnsureFolder(ParentOf(place));
            CopyOne(selected.Entries[0], folder, NameOf(place), place);
            return;
        }

        if (!destination.EndsWith('/') && IsDirectory(place) == false)
        {
            throw NotAFolder(place);
        }

        // The folder itself is not copied, only what is in it: its place is made as any other parent and takes over the time alone.
        using var root = EnsureFolder(place);
        CopyContent(selected.Entries, root, place, cancellation);
        if (selected.LendsTime)
        {
            OpenFile.SetTimes(root, first.Accessed, first.Modified);
        }
    }

    /// <summary>Opens a folder, made with all above it where it is missing: 0755 or what <c>--chmod</c> says in octal, the wanted owner or root.</summary>
    public SafeFileHandle EnsureFolder(ReadOnlySpan<byte> path)
    {
        var opened = FileAt.TryOpenResolved(target, path, OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
        if (opened is not null)
        {
            return opened;
        }

        if (errno != Errno.ENOENT || path.IsEmpty)
        {
            throw errno == Errno.ENOTDIR ? NoFolderAbove(path) : new LinuxException(errno, "open", Encoding.UTF8.GetString(path));
        }

        using var parent = EnsureFolder(ParentOf(path));
        var name = NameOf(path);
        if (!FileAt.MakeDirectory(parent, name, FolderMode))
        {
            throw NoFolderAbove(path);
        }

        var (uid, gid) = options.Owner ?? (0, 0);
        FileAt.ChangeOwner(parent, name, uid, gid);
        FileAt.ChangeMode(parent, name, options.Mode is { } mode && char.IsAsciiDigit(mode[0]) ? FileModes.Apply(mode, 0, isDirectory: true) : FolderMode);
        if (options.Made is { } time)
        {
            FileAt.SetTimes(parent, name, time, time);
        }

        return FileAt.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
    }

    private void CopyContent(IReadOnlyList<SelectedEntry> entries, SafeFileHandle root, byte[] place, CancellationToken cancellation)
    {
        var made = new List<SelectedEntry>();
        SafeFileHandle? folder = null;
        byte[]? open = null;
        try
        {
            foreach (var entry in entries.Skip(1))
            {
                cancellation.ThrowIfCancellationRequested();
                var parent = ParentOf(entry.Relative).ToArray();
                if (open is null || !open.AsSpan().SequenceEqual(parent))
                {
                    folder?.Dispose();
                    folder = FileAt.OpenInRoot(root, parent, OpenFlags.ReadOnly | OpenFlags.Directory);
                    open = parent;
                }

                if (CopyOne(entry, folder!, NameOf(entry.Relative), Selection.Join(place, entry.Relative)) && entry.Status.IsDirectory)
                {
                    made.Add(entry);
                }
            }
        }
        finally
        {
            folder?.Dispose();
        }

        // After their content, deepest first: what is put into a folder changes its time.
        for (var i = made.Count - 1; i >= 0; i--)
        {
            using var parent = FileAt.OpenInRoot(root, ParentOf(made[i].Relative), OpenFlags.Path | OpenFlags.Directory);
            FileAt.SetTimes(parent, NameOf(made[i].Relative), made[i].Status.Accessed, made[i].Status.Modified);
        }
    }

    /// <summary>Copies one entry; false if it is a folder that was there.</summary>
    private bool CopyOne(SelectedEntry entry, SafeFileHandle folder, ReadOnlySpan<byte> name, byte[] place)
    {
        var status = entry.Status;
        if (FileAt.TryStatus(folder, name, out var there, out _))
        {
            if (status.IsDirectory)
            {
                return there.IsDirectory ? false : throw NotAFolder(place);
            }

            if (there.IsDirectory)
            {
                throw CortenException.Invalid($"cannot replace to directory /{Encoding.UTF8.GetString(place)} with file");
            }

            FileAt.Unlink(folder, name);
        }

        Make(entry, folder, name, place);
        return true;
    }

    private void Make(SelectedEntry entry, SafeFileHandle folder, ReadOnlySpan<byte> name, byte[] place)
    {
        var status = entry.Status;
        if (status.IsRegular)
        {
            CopyFile(entry, folder, name, place);
            return;
        }

        if (status.IsSymbolicLink)
        {
            using var parent = ContentDigests.OpenParent(source, entry.Source, out var leaf);
            FileAt.MakeSymbolicLink(FileAt.ReadLink(parent, leaf), folder, name);
        }
        else if (status.IsDirectory)
        {
            FileAt.MakeDirectory(folder, name, FolderMode);
        }
        else
        {
            FileAt.MakeNode(folder, name, status.Type | PrivateMode, status.RdevMajor, status.RdevMinor);
        }

        var (uid, gid) = options.Owner ?? (status.Uid, status.Gid);
        FileAt.ChangeOwner(folder, name, uid, gid);
        if (!status.IsSymbolicLink)
        {
            FileAt.ChangeMode(folder, name, ModeOf(status));
        }

        FileAt.SetTimes(folder, name, status.Accessed, status.Modified);
    }

    private void CopyFile(SelectedEntry entry, SafeFileHandle folder, ReadOnlySpan<byte> name, byte[] place)
    {
        var status = entry.Status;
        var (uid, gid) = options.Owner ?? (status.Uid, status.Gid);
        if (links is not null && (uid, gid) == (status.Uid, status.Gid) && ModeOf(status) == status.Permissions && links.TryTake(source, entry, folder, name))
        {
            return;
        }

        if (status.Links > 1)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_linked, (status.Device, status.Inode), out _) ??= [];
            var firsts = _linked[(status.Device, status.Inode)];
            if (firsts.Find(f => layers?.AreOne(f.Source, entry.Source) ?? true) is { Place: { } first })
            {
                using var parent = ContentDigests.OpenParent(target, first, out var leaf);
                FileAt.MakeHardLink(parent, leaf, folder, name);
                return;
            }

            firsts.Add((entry.Source, place));
        }

        using var from = FileAt.OpenInRoot(source, entry.Source, OpenFlags.ReadOnly);
        using var to = FileAt.TryCreate(folder, name, PrivateMode) ?? throw new LinuxException(Errno.EEXIST, "create", Encoding.UTF8.GetString(name));
        FileCopy.Content(from, to);
        FileCopy.Attributes(from, to);
        OpenFile.ChangeOwner(to, uid, gid);
        OpenFile.ChangeMode(to, ModeOf(status));
        OpenFile.SetTimes(to, status.Accessed, status.Modified);
    }

    private uint ModeOf(FileStatus status) =>
        options.Mode is null ? status.Permissions : FileModes.Apply(options.Mode, status.Permissions, status.IsDirectory);

    /// <summary>Null if nothing is there.</summary>
    private bool? IsDirectory(byte[] path)
    {
        using var opened = Selection.Open(target, path);
        return opened is null ? null : FileAt.Status(opened).IsDirectory;
    }

    private static CortenException NotAFolder(ReadOnlySpan<byte> path) =>
        CortenException.Invalid($"cannot copy to non-directory: /{Encoding.UTF8.GetString(path)}");

    /// <summary>A folder is needed where something else is.</summary>
    private static CortenException NoFolderAbove(ReadOnlySpan<byte> path) => CortenException.Invalid($"mkdir /{Encoding.UTF8.GetString(path)}: not a directory");

    private static ReadOnlySpan<byte> ParentOf(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return slash < 0 ? [] : path[..slash];
    }

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];
}
