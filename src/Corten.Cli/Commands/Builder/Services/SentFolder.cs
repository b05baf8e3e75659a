using System.Text;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>A file that may be sent: how it is described, and how its content is read.</summary>
/// <param name="Stat">As it goes over the wire.</param>
/// <param name="Open">Null for what has no content of its own.</param>
internal sealed record SentFile(Stat Stat, Func<Stream>? Open);

/// <summary>What is not to be described of a folder.</summary>
/// <param name="Excludes">Patterns of an ignore file; null for none.</param>
/// <param name="Follow">Paths that are asked for; null for all.</param>
internal sealed record FolderFilter(IgnoreFile? Excludes, FollowedPaths? Follow);

/// <summary>A folder that the engine may ask for.</summary>
internal abstract class SentFolder
{
    /// <summary>The files in order: a folder before what is in it, names by their bytes.</summary>
    public abstract IEnumerable<SentFile> Files(FolderFilter filter);
}

/// <summary>A single file that is no file of this machine: a Dockerfile from standard input.</summary>
internal sealed class SingleFile(string name, byte[] content) : SentFolder
{
    private const uint Mode = 0x1A4; // 0644

    public override IEnumerable<SentFile> Files(FolderFilter filter) =>
        [new SentFile(new Stat { Path = name, Mode = Mode, Size = content.Length }, () => new MemoryStream(content, writable: false))];
}

/// <summary>A folder of this machine. Owners do not go along: a context looks the same whoever checked it out.</summary>
internal sealed class LocalFolder(string folder) : SentFolder
{
    private const int MaxDepth = 512;

    public override IEnumerable<SentFile> Files(FolderFilter filter)
    {
        var root = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);
        return new Walk(root, filter).Into(root, "", 0);
    }

    /// <summary>What the folder has at these paths: those of links on the way, and what they lead to, too.</summary>
    public FollowedPaths Follow(IEnumerable<string> patterns) => FollowedPaths.Of(folder, patterns);

    private sealed class Walk(SafeFileHandle root, FolderFilter filter)
    {
        private readonly Dictionary<(ulong, ulong), string> linked = [];

        public IEnumerable<SentFile> Into(SafeFileHandle directory, string prefix, int depth)
        {
            foreach (var entry in DirectoryEntries.ReadSorted(directory))
            {
                var path = prefix + Encoding.UTF8.GetString(entry.Name);
                if (filter.Follow?.Covers(path) == false || depth > MaxDepth)
                {
                    continue;
                }
                var leaves = filter.Excludes?.Leaves(path) == true;
                if (leaves && (!filter.Excludes!.TakesBack || !MayBeFolder(entry)))
                {
                    continue;
                }
                if (!FileAt.TryStatus(directory, entry.Name, out var status, out _))
                {
                    // Gone since the folder was read.
                    continue;
                }
                foreach (var file in One(directory, entry.Name, path, status, leaves, depth))
                {
                    yield return file;
                }
            }
        }

        private IEnumerable<SentFile> One(SafeFileHandle directory, byte[] name, string path, FileStatus status, bool leaves, int depth)
        {
            if (!status.IsDirectory)
            {
                if (!leaves && Describe(directory, name, path, status) is { } file)
                {
                    yield return file;
                }
                yield break;
            }
            var described = false;
            if (!leaves)
            {
                described = true;
                yield return new SentFile(StatOf(path, status), null);
            }
            using var inner = FileAt.TryOpenResolved(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0, Resolve.Beneath, out _);
            if (inner is null)
            {
                yield break;
            }
            foreach (var file in Into(inner, path + "/", depth + 1))
            {
                if (!described)
                {
                    // Something in it is taken back: then the folder is needed.
                    described = true;
                    yield return new SentFile(StatOf(path, status), null);
                }
                yield return file;
            }
        }

        private SentFile? Describe(SafeFileHandle directory, byte[] name, string path, FileStatus status)
        {
            var stat = StatOf(path, status);
            switch (status.Type)
            {
                case FileType.Socket:
                    return null;
                case FileType.SymbolicLink:
                    stat.Linkname = Encoding.UTF8.GetString(FileAt.ReadLink(directory, name));
                    return new SentFile(stat, null);
                case FileType.Regular:
                    stat.Size = status.Size;
                    if (status.Links > 1 && !linked.TryAdd((status.Device, status.Inode), path))
                    {
                        stat.Linkname = linked[(status.Device, status.Inode)];
                        return new SentFile(stat, null);
                    }
                    return new SentFile(stat, () => new FileStream(FileAt.OpenResolved(root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, 0, Resolve.Beneath | Resolve.NoSymlinks), FileAccess.Read, 0));
                default:
                    return new SentFile(stat, null);
            }
        }

        private static bool MayBeFolder(DirectoryEntry entry) => entry.IsDirectory || entry.IsUnknown;

        private static Stat StatOf(string path, FileStatus status) => new()
        {
            Path = path, Mode = GoMode.Of(status), ModTime = (status.Modified.Seconds * 1_000_000_000) + status.Modified.Nanoseconds,
            Devmajor = status.IsDevice ? status.RdevMajor : 0, Devminor = status.IsDevice ? status.RdevMinor : 0,
        };
    }
}
