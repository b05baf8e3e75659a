using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>How much a folder holds.</summary>
/// <param name="Bytes">Allocated on disk, as du counts: a file with several links once.</param>
/// <param name="Size">Sum of the lengths of regular files, a file with several links once.</param>
/// <param name="Inodes">Files and folders.</param>
/// <param name="HasLinks">Some file has several names, here or elsewhere.</param>
public readonly record struct TreeUsage(long Bytes, long Size, long Inodes, bool HasLinks)
{
    /// <summary>Of the folder itself and all in it; nothing when it does not exist. Files that go while it looks are not counted.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="most">Inodes after which nothing more is counted.</param>
    /// <param name="counted">Files of several names that count no more, by device and inode; those that are counted now are added.</param>
    public static TreeUsage Of(string path, long most = long.MaxValue, HashSet<(ulong, ulong)>? counted = null)
    {
        if (!Directory.Exists(path))
        {
            return default;
        }

        using var folder = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        var count = new Counter(most, counted ?? []);
        count.Add(FileAt.Status(folder));
        count.AddContent(folder);
        return new TreeUsage(count.Bytes, count.Size, count.Inodes, count.HasLinks);
    }

    private sealed class Counter(long most, HashSet<(ulong, ulong)> linked)
    {
        public long Bytes { get; private set; }

        public long Size { get; private set; }

        public long Inodes { get; private set; }

        public bool HasLinks { get; private set; }

        public void Add(in FileStatus status)
        {
            var isLinked = status.Links > 1 && !status.IsDirectory;
            HasLinks |= isLinked;
            if (isLinked && !linked.Add((status.Device, status.Inode)))
            {
                return;
            }

            Bytes += status.Blocks * 512;
            Size += status.IsRegular ? status.Size : 0;
            Inodes++;
        }

        public void AddContent(SafeFileHandle folder)
        {
            foreach (var entry in DirectoryEntries.Read(folder))
            {
                if (Inodes > most)
                {
                    return;
                }

                if (!FileAt.TryStatus(folder, entry.Name, out var status, out var errno))
                {
                    if (errno == Errno.ENOENT)
                    {
                        continue;
                    }

                    throw new LinuxException(errno, "stat");
                }

                Add(status);
                if (status.IsDirectory)
                {
                    using var child = FileAt.TryOpenResolved(folder, entry.Name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow,
                        0, Resolve.Beneath | Resolve.NoSymlinks, out _);
                    if (child is not null)
                    {
                        AddContent(child);
                    }
                }
            }
        }
    }
}
