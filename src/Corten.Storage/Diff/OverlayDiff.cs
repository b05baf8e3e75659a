using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Storage.Archive;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Diff;

/// <summary>What an overlay's upper folder changes in the tree below it: read off the upper folder, however large the tree is.</summary>
public static class OverlayDiff
{
    /// <summary>The changes by path, folders before what is in them, in the order of their bytes.</summary>
    /// <param name="upper">The upper folder, open for reading.</param>
    /// <param name="below">The merged tree below it.</param>
    public static IReadOnlyList<Change> Changes(SafeFileHandle upper, SafeFileHandle below, CancellationToken cancel = default)
    {
        var changes = new List<Change>();
        Walk(upper, below, "/", changes, cancel);
        return changes;
    }

    /// <summary>Writes the upper folder as a layer's archive, uncompressed.</summary>
    /// <param name="target">Written synchronously; not owned.</param>
    /// <returns>Bytes of file data in it: the layer's size as Docker counts it.</returns>
    public static Task<long> WriteLayerAsync(SafeFileHandle upper, SafeFileHandle below, Stream target, CancellationToken cancel = default) =>
        Task.Factory.StartNew(() =>
        {
            var writer = new TarWriter(target);
            using var archiver = new TreeArchiver(writer, new ArchiveOptions { Whiteouts = Whiteouts.Overlay }, cancel);
            archiver.AddLayer(upper, below);
            writer.Finish();
            return archiver.Bytes;
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <param name="below">Null where nothing shows from below.</param>
    private static bool Walk(SafeFileHandle upper, SafeFileHandle? below, string path, List<Change> changes, CancellationToken cancel)
    {
        var changed = false;
        OpenFile.Seek(upper, 0);
        foreach (var (leaf, _) in DirectoryEntries.ReadSorted(upper))
        {
            cancel.ThrowIfCancellationRequested();
            if (!FileAt.TryStatus(upper, leaf, out var status, out _))
            {
                continue;
            }

            var name = path + Encoding.UTF8.GetString(leaf);
            FileStatus old = default;
            var existed = below is not null && FileAt.TryStatus(below, leaf, out old, out _);
            if (status.IsWhiteout)
            {
                if (existed)
                {
                    changes.Add(new Change(name, ChangeKind.Deleted));
                    changed = true;
                }

                continue;
            }

            if (!status.IsDirectory)
            {
                // A file that was copied up and looks the same is none: it was opened for writing, or changed back.
                if (!existed || !IsSame(old, status) || !HasSameCapability(upper, below!, leaf))
                {
                    changes.Add(new Change(name, existed ? ChangeKind.Modified : ChangeKind.Added));
                    changed = true;
                }

                continue;
            }

            changed |= WalkFolder(upper, below, leaf, name, status, existed ? old : null, changes, cancel);
        }

        return changed;
    }

    private static bool WalkFolder(SafeFileHandle upper, SafeFileHandle? below, byte[] leaf, string name, in FileStatus status, FileStatus? old,
        List<Change> changes, CancellationToken cancel)
    {
        using var folder = FileAt.TryOpenResolved(upper, leaf, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0,
            Resolve.Beneath | Resolve.NoSymlinks, out _);
        if (folder is null)
        {
            return false;
        }

        var at = changes.Count;
        using var folderBelow = old is { IsDirectory: true } ? FileAt.TryOpenResolved(below!, leaf,
            OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0, Resolve.Beneath | Resolve.NoSymlinks, out _) : null;
        var inside = Walk(folder, folderBelow, name + "/", changes, cancel);
        if (folderBelow is not null && ExtendedAttributes.Get(folder, Whiteout.OpaqueAttribute) is [(byte)'y'])
        {
            inside |= AddHidden(folder, folderBelow, name + "/", changes);
        }

        // An overlay makes a folder in its upper for whatever is looked at in it for writing; without a change that is none.
        if (old is not { } before)
        {
            changes.Insert(at, new Change(name, ChangeKind.Added));
            return true;
        }

        if (inside || !IsSame(before, status))
        {
            changes.Insert(at, new Change(name, ChangeKind.Modified));
            return true;
        }

        return false;
    }

    /// <summary>The folder was removed and made again: what was in it before and is not now is deleted.</summary>
    private static bool AddHidden(SafeFileHandle folder, SafeFileHandle below, string path, List<Change> changes)
    {
        var any = false;
        foreach (var (leaf, _) in DirectoryEntries.ReadSorted(below))
        {
            if (!FileAt.TryStatus(folder, leaf, out _, out var errno) && errno == Errno.ENOENT)
            {
                changes.Add(new Change(path + Encoding.UTF8.GetString(leaf), ChangeKind.Deleted));
                any = true;
            }
        }

        return any;
    }

    /// <summary>As Docker compares: a folder's time and size say nothing, what counts is in it. Archives have whole seconds.</summary>
    private static bool IsSame(in FileStatus old, in FileStatus now) =>
        old.Mode == now.Mode && old.Uid == now.Uid && old.Gid == now.Gid && old.RdevMajor == now.RdevMajor && old.RdevMinor == now.RdevMinor
        && (old.IsDirectory || (old.Size == now.Size && old.Modified.Seconds == now.Modified.Seconds
            && (old.Modified.Nanoseconds == now.Modified.Nanoseconds || old.Modified.Nanoseconds == 0 || now.Modified.Nanoseconds == 0)));

    private static bool HasSameCapability(SafeFileHandle upper, SafeFileHandle below, byte[] leaf) =>
        ExtendedAttributes.Get(upper, leaf, "security.capability"u8).AsSpan()
            .SequenceEqual(ExtendedAttributes.Get(below, leaf, "security.capability"u8));
}
