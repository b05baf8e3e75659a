using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>
/// Files that a layer takes over from a context as they are: the layer gets a further name of the very file, nothing is copied. Neither side
/// writes into its files: contexts put new ones in their place, and layers never change. Folders are made through the step's overlay as ever;
/// the names are given once that is unmounted, in the layer's own folder.
/// </summary>
/// <param name="context">The context's folder.</param>
/// <param name="upper">The layer's folder.</param>
/// <param name="taken">Files, by device and inode, that other sources of the step have taken; this one's are added. Two sources of one file are two files.</param>
internal sealed class ContextLinks(string context, string upper, HashSet<(ulong Device, ulong Inode)> taken) : IDisposable
{
    private readonly List<Planned> _planned = [];
    private readonly HashSet<string> _names = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _own = [];
    private SafeFileHandle? _folder;
    private byte[] _path = [];
    private ParentFolder? _parents;

    /// <summary>Notes a file for later; false if it has to be copied.</summary>
    /// <param name="source">The context, as the step sees it.</param>
    /// <param name="entry">The file.</param>
    /// <param name="folder">Where it goes, in the step's overlay.</param>
    /// <param name="name">What it is called there.</param>
    public bool TryTake(SafeFileHandle source, SelectedEntry entry, SafeFileHandle folder, ReadOnlySpan<byte> name)
    {
        // A link on the way to the file is no name of it.
        _parents ??= new ParentFolder(source);
        if (!FileAt.TryStatus(_parents.Of(entry.Source, out var leaf), leaf, out var there, out _) || !there.IsRegular || there.Inode != entry.Status.Inode)
        {
            return false;
        }

        // A second name of one file would be a hard link in the layer; the context's own hard links have paths of their own.
        var file = (there.Device, there.Inode);
        if ((!taken.Add(file) && !_own.Contains(file)) || !_names.Add(Convert.ToHexString(entry.Source)))
        {
            return false;
        }

        _own.Add(file);

        if (!ReferenceEquals(folder, _folder))
        {
            (_folder, _path) = (folder, PathOf(folder));
            // Brings the folder into the layer, with the time that a new file in it gives.
            var now = FileTime.From(DateTime.UtcNow);
            OpenFile.SetTimes(folder, now, now);
        }

        _planned.Add(new Planned(entry.Source, _path, name.ToArray()));
        return true;
    }

    /// <summary>Gives the names. Folders keep the times that the step gave them.</summary>
    public void Make()
    {
        using var root = FileAt.Open(context, OpenFlags.ReadOnly | OpenFlags.Directory);
        using var from = new ParentFolder(root);
        using var to = FileAt.Open(upper, OpenFlags.ReadOnly | OpenFlags.Directory);
        foreach (var group in _planned.GroupBy(p => p.Folder, ReferenceEqualityComparer.Instance))
        {
            using var folder = FileAt.OpenResolved(to, (byte[])group.Key!, OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.Beneath | Resolve.NoSymlinks);
            var status = FileAt.Status(folder);
            foreach (var file in group)
            {
                MakeOne(from, folder, file);
            }

            OpenFile.SetTimes(folder, status.Accessed, status.Modified);
        }
    }

    public void Dispose() => _parents?.Dispose();

    private static void MakeOne(ParentFolder from, SafeFileHandle folder, Planned file)
    {
        var parent = from.Of(file.Source, out var leaf);
        try
        {
            if (FileAt.MakeHardLink(parent, leaf, folder, file.Name))
            {
                return;
            }

            // What a layer below had there was taken away, which left a whiteout; or two sources of one step have a file of that name, and the last one stays.
            _ = FileAt.Status(folder, file.Name).IsDirectory
                ? throw CortenException.Invalid($"cannot replace to directory {System.Text.Encoding.UTF8.GetString(file.Name)} with file")
                : FileAt.Unlink(folder, file.Name);
            _ = FileAt.MakeHardLink(parent, leaf, folder, file.Name) ? true : throw new LinuxException(Errno.EEXIST, "link", System.Text.Encoding.UTF8.GetString(file.Name));
        }
        catch (LinuxException e) when (e.Errno is Errno.EXDEV or Errno.EMLINK)
        {
            using var source = FileAt.Open(parent, leaf, OpenFlags.ReadOnly | OpenFlags.NoFollow);
            using var target = FileAt.TryCreate(folder, file.Name, 0x180) ?? throw new LinuxException(Errno.EEXIST, "create"); // 0600
            FileCopy.Content(source, target);
            FileCopy.Attributes(source, target);
        }
    }

    /// <summary>Relative to the overlay's root: that is what the kernel calls a descriptor of a mount that is attached nowhere.</summary>
    private static byte[] PathOf(SafeFileHandle folder)
    {
        using var descriptors = FileAt.Open("/proc/self/fd", OpenFlags.ReadOnly | OpenFlags.Directory);
        var number = folder.DangerousGetHandle().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return FileAt.ReadLink(descriptors, System.Text.Encoding.ASCII.GetBytes(number))[1..];
    }

    private sealed record Planned(byte[] Source, byte[] Folder, byte[] Name);

    /// <summary>Folders of files, the one that was asked for last kept open: files come folder by folder.</summary>
    private sealed class ParentFolder(SafeFileHandle root) : IDisposable
    {
        private SafeFileHandle? _open;
        private byte[] _path = [];

        public SafeFileHandle Of(byte[] file, out byte[] name)
        {
            var slash = file.AsSpan().LastIndexOf((byte)'/');
            name = file[(slash + 1)..];
            var path = file.AsSpan(0, Math.Max(0, slash));
            if (_open is null || !path.SequenceEqual(_path))
            {
                _open?.Dispose();
                _open = FileAt.OpenInRoot(root, path, OpenFlags.Path | OpenFlags.Directory);
                _path = path.ToArray();
            }

            return _open;
        }

        public void Dispose() => _open?.Dispose();
    }
}
