using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>A folder of this machine.</summary>
internal sealed class LocalFolder(string folder) : SentFolder
{
    private readonly SafeFileHandle root = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);

    public override FolderDescription Describe(FolderFilter filter) => new FolderWalk(root, filter).Describe();

    public override Stream Open(string path) =>
        new FileStream(FileAt.OpenResolved(root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, 0, Resolve.Beneath | Resolve.NoSymlinks), FileAccess.Read, 0);

    /// <summary>What the folder has at these paths: those of links on the way, and what they lead to, too.</summary>
    public FollowedPaths Follow(IEnumerable<string> patterns) => FollowedPaths.Of(folder, patterns);
}

/// <summary>
/// Goes through a folder once. Most of its time the kernel looks for names, which it does on all processors at once: each folder within is a piece of work of its own,
/// and what came of them is put in order at the end.
/// </summary>
internal sealed class FolderWalk(SafeFileHandle root, FolderFilter filter)
{
    private const int MaxDepth = 512;
    private const int MaxThreads = 4;

    /// <summary>Folders that wait, from which on a thread more is worth its start.</summary>
    private const int WorthThreads = 8;

    private readonly Stack<Part> waiting = [];
    private int unfinished;
    private Exception? failure;

    public FolderDescription Describe()
    {
        var whole = new Part([], 0, wanted: false);
        Read(whole);
        Hand(whole);
        var helpers = waiting.Count < WorthThreads ? 0 : Math.Min(Environment.ProcessorCount, MaxThreads) - 1;
        var threads = Enumerable.Range(0, helpers).Select(_ => new Thread(Work) { Name = "folder" }).ToList();
        threads.ForEach(t => t.Start());
        Work();
        threads.ForEach(t => t.Join());
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
        var result = new FolderDescription();
        Join(whole, result, []);
        return result;
    }

    private void Work()
    {
        while (Take() is { } part)
        {
            try
            {
                Read(part);
            }
            catch (Exception e)
            {
                // Thrown again where the threads come together.
                Volatile.Write(ref failure, e);
            }
            Hand(part);
        }
    }

    private Part? Take()
    {
        lock (waiting)
        {
            while (waiting.Count == 0 && unfinished > 0)
            {
                Monitor.Wait(waiting);
            }
            return failure is null && waiting.TryPop(out var part) ? part : null;
        }
    }

    /// <summary>A part is done: what it holds can be.</summary>
    private void Hand(Part done)
    {
        lock (waiting)
        {
            done.Inner.ForEach(inner => waiting.Push(inner.Part));
            unfinished += done.Inner.Count - (done.Path.Length > 0 ? 1 : 0);
            if (failure is not null)
            {
                unfinished = 0;
            }
            if (done.Inner.Count > 0 || unfinished == 0)
            {
                Monitor.PulseAll(waiting);
            }
        }
    }

    private void Read(Part part)
    {
        using var directory = FileAt.TryOpenResolved(
            root, part.Path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0, Resolve.Beneath | Resolve.NoSymlinks, out var errno);
        if (directory is null)
        {
            // Gone, or something else by now, since the folder above was read.
            if (errno is not (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP))
            {
                throw new LinuxException(errno, "open", Encoding.UTF8.GetString(part.Path));
            }
            return;
        }
        foreach (var entry in DirectoryEntries.ReadSorted(directory))
        {
            byte[] path = part.Path.Length == 0 ? entry.Name : [.. part.Path, (byte)'/', .. entry.Name];
            if (part.Depth <= MaxDepth && Wants(path, entry, out var leaves) && FileAt.TryStatus(directory, entry.Name, out var status, out _))
            {
                Add(part, directory, entry.Name, path, status, leaves);
            }
        }
    }

    private void Add(Part part, SafeFileHandle directory, byte[] name, byte[] path, in FileStatus status, bool leaves)
    {
        if (status.IsDirectory)
        {
            var inner = new Part(path, part.Depth + 1, wanted: !leaves);
            inner.Files.Add(path, status);
            part.Inner.Add((part.Files.Count, inner));
        }
        else if (!leaves && status.Type != FileType.Socket)
        {
            if (status.IsRegular && status.Links > 1)
            {
                part.Linked.Add(part.Files.Count, (status.Device, status.Inode));
            }
            part.Files.Add(path, status);
            if (status.IsSymbolicLink)
            {
                part.Targets.Add(part.Files.Count - 1, Encoding.UTF8.GetString(FileAt.ReadLink(directory, name)));
            }
        }
    }

    /// <param name="leaves">It is left out itself; it is a folder, and something in it may be taken back.</param>
    private bool Wants(byte[] path, DirectoryEntry entry, out bool leaves)
    {
        leaves = false;
        if (filter is { Excludes: null, Follow: null })
        {
            return true;
        }
        var text = Encoding.UTF8.GetString(path);
        leaves = filter.Excludes?.Leaves(text) == true;
        return filter.Follow?.Covers(text) != false && (!leaves || (filter.Excludes!.TakesBack && (entry.IsDirectory || entry.IsUnknown)));
    }

    /// <summary>Puts a part in its place, with what it holds. Of several names of one file, all but the first are described as links to that.</summary>
    private static void Join(Part part, FolderDescription target, Dictionary<(ulong Device, ulong Inode), string> linked)
    {
        if (!part.Counts)
        {
            return;
        }
        var inner = 0;
        for (var i = 0; i <= part.Files.Count; i++)
        {
            for (; inner < part.Inner.Count && part.Inner[inner].At == i; inner++)
            {
                Join(part.Inner[inner].Part, target, linked);
            }
            if (i == part.Files.Count)
            {
                return;
            }
            var link = part.Targets.GetValueOrDefault(i);
            if (part.Linked.TryGetValue(i, out var identity) && !linked.TryAdd(identity, part.Files.StatOf(i).Path))
            {
                link = linked[identity];
            }
            if (link is null)
            {
                target.Add(part.Files[i]);
            }
            else
            {
                var stat = part.Files.StatOf(i);
                stat.Linkname = link;
                target.Add(stat);
            }
        }
    }

    /// <summary>A folder: itself first (but for the root), then its files, and the folders in it, each at its place among them.</summary>
    private sealed class Part(byte[] path, int depth, bool wanted)
    {
        public byte[] Path => path;

        public int Depth => depth;

        public FolderDescription Files { get; } = new();

        public List<(int At, Part Part)> Inner { get; } = [];

        public Dictionary<int, string> Targets { get; } = [];

        public Dictionary<int, (ulong Device, ulong Inode)> Linked { get; } = [];

        /// <summary>It is described if it is not left out, or something in it is taken back.</summary>
        public bool Counts => wanted || path.Length == 0 || Files.Count > 1 || Inner.Exists(inner => inner.Part.Counts);
    }
}
