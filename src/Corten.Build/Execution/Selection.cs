using System.Text;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Planning;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>One file, link or folder of a selection.</summary>
/// <param name="Source">Below the root of the tree that it is taken from.</param>
/// <param name="Relative">Below the place that the source is copied to; empty for a folder that is the source itself.</param>
/// <param name="Status">As it was when it was looked at.</param>
public sealed record SelectedEntry(byte[] Source, byte[] Relative, FileStatus Status);

/// <summary>What one match of a source stands for.</summary>
/// <param name="Name">The source's last name, which a file keeps in a folder.</param>
/// <param name="IsDirectory">The folder's content is copied, not the folder.</param>
/// <param name="Entries">Parents before what is in them.</param>
public sealed record SelectedSource(byte[] Name, bool IsDirectory, IReadOnlyList<SelectedEntry> Entries)
{
    /// <summary>The place that a folder's content is copied to gets the folder's time.</summary>
    public bool LendsTime { get; init; } = true;
}

/// <summary>
/// The files that a source of COPY or ADD means: wildcards tried, excluded ones left out, folders listed in the order of their names. All of
/// it by descriptors inside the tree: no link and no <c>..</c> leads out.
/// </summary>
public static class Selection
{
    /// <summary>The entries that a selection may have: a hostile tree must not fill the memory.</summary>
    private const int MaxEntries = 10_000_000;

    /// <param name="root">The tree.</param>
    /// <param name="source">What is wanted of it.</param>
    /// <param name="excludes">Of <c>--exclude</c>, relative to each source.</param>
    public static IReadOnlyList<SelectedSource> Of(SafeFileHandle root, CopySource source, IgnorePatterns excludes)
    {
        if (source.ParentsPattern is { } pattern)
        {
            return [WithParents(root, source, pattern, excludes)];
        }

        var matches = source.Wildcards && Glob.HasWildcards(source.Path) ? Matches(root, source.Path) : [Unescaped(source)];
        return [.. matches.Select(path => One(root, path, source, excludes))];
    }

    /// <summary>All of a tree but its root, parents before what is in them.</summary>
    public static IEnumerable<SelectedEntry> Everything(SafeFileHandle root) =>
        Of(root, new CopySource(new ScratchStep { Name = "", Platform = Platform.Host }, "/") { Wildcards = false }, IgnorePatterns.None)[0].Entries.Skip(1);

    private static byte[] Unescaped(CopySource source)
    {
        var path = source.Wildcards ? source.Path.Replace("\\", "", StringComparison.Ordinal) : source.Path;
        return Encoding.UTF8.GetBytes(path.TrimStart('/'));
    }

    private static SelectedSource One(SafeFileHandle root, byte[] path, CopySource source, IgnorePatterns excludes)
    {
        // The source itself is followed if it is a link, what is below it is not.
        using var opened = Open(root, path) ?? throw Missing(source);
        var status = FileAt.Status(opened);
        var name = path[(path.AsSpan().LastIndexOf((byte)'/') + 1)..];
        if (!status.IsDirectory)
        {
            var excluded = !excludes.IsEmpty && excludes.Matches(Encoding.UTF8.GetString(name));
            return new SelectedSource(name, IsDirectory: false, excluded ? [] : [new SelectedEntry(path, name, status)]);
        }

        var entries = new List<SelectedEntry> { new(path, [], status) };
        using var directory = FileAt.OpenInRoot(root, path, OpenFlags.ReadOnly | OpenFlags.Directory);
        var walk = new Walk(entries, rel => !excludes.Matches(rel), rel => !excludes.CoversWhole(rel));
        walk.Into(directory, path, [], []);
        return new SelectedSource(name, IsDirectory: true, entries);
    }

    private static SelectedSource WithParents(SafeFileHandle root, CopySource source, string pattern, IgnorePatterns excludes)
    {
        var start = Encoding.UTF8.GetBytes(source.Path.TrimStart('/'));
        using var directory = FileAt.TryOpenResolved(root, start, OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _)
            ?? throw Missing(source);
        var glob = IgnorePatterns.Of([pattern]);
        var entries = new List<SelectedEntry> { new(start, [], FileAt.Status(directory)) };
        var walk = new Walk(entries, rel => (pattern.Length == 0 || glob.Matches(rel)) && !excludes.Matches(rel), rel => !excludes.CoversWhole(rel));
        walk.Into(directory, start, [], []);
        if (entries.Count == 1 && !Glob.HasWildcards(source.Path + pattern))
        {
            throw Missing(source);
        }

        return new SelectedSource([], IsDirectory: true, entries) { LendsTime = false };
    }

    private static List<byte[]> Matches(SafeFileHandle root, string pattern)
    {
        var found = new List<byte[]> { Array.Empty<byte>() };
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = [.. found.SelectMany(path => Step(root, path, part))];
        }

        return found;
    }

    private static IEnumerable<byte[]> Step(SafeFileHandle root, byte[] path, string part)
    {
        if (!Glob.HasWildcards(part))
        {
            var next = Join(path, Encoding.UTF8.GetBytes(part.Replace("\\", "", StringComparison.Ordinal)));
            using var there = Open(root, next);
            return there is null ? [] : [next];
        }

        Glob glob;
        try
        {
            glob = Glob.Path(part);
        }
        catch (FormatException e)
        {
            throw CortenException.Invalid($"{e.Message}: {part}", e);
        }

        using var directory = FileAt.TryOpenResolved(root, path, OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
        return directory is null ? [] : Sorted(directory).Where(name => glob.IsMatch(Encoding.UTF8.GetString(name))).Select(name => Join(path, name)).ToArray();
    }

    internal static SafeFileHandle? Open(SafeFileHandle root, byte[] path)
    {
        var handle = FileAt.TryOpenResolved(root, path, OpenFlags.Path, 0, Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
        return handle is not null || errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? handle
            : throw new LinuxException(errno, "open", Encoding.UTF8.GetString(path));
    }

    internal static IEnumerable<byte[]> Sorted(SafeFileHandle directory)
    {
        var names = DirectoryEntries.Read(directory).Select(e => e.Name).ToList();
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    internal static byte[] Join(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) => parent.IsEmpty ? name.ToArray() : [.. parent, (byte)'/', .. name];

    private static SourceMissingException Missing(CopySource source) => new(source.Path);

    /// <summary>Lists a folder; folders that are left out are only listed when something in them is taken.</summary>
    private sealed class Walk(List<SelectedEntry> entries, Func<string, bool> taken, Func<string, bool> entered)
    {
        public void Into(SafeFileHandle directory, byte[] source, byte[] relative, IReadOnlyList<SelectedEntry> pending)
        {
            foreach (var name in Sorted(directory))
            {
                var (from, to) = (Join(source, name), Join(relative, name));
                if (!FileAt.TryStatus(directory, name, out var status, out _))
                {
                    continue;
                }

                var text = Encoding.UTF8.GetString(to);
                var entry = new SelectedEntry(from, to, status);
                var take = taken(text);
                if (take)
                {
                    Take(pending, entry);
                    pending = [];
                }

                if (status.IsDirectory && (take || entered(text)))
                {
                    using var child = FileAt.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
                    var before = entries.Count;
                    Into(child, from, to, take ? [] : [.. pending, entry]);
                    pending = entries.Count > before ? [] : pending;
                }
            }
        }

        private void Take(IReadOnlyList<SelectedEntry> pending, SelectedEntry entry)
        {
            if (entries.Count + pending.Count >= MaxEntries)
            {
                throw CortenException.Invalid($"more than {MaxEntries} files are selected");
            }

            entries.AddRange(pending);
            entries.Add(entry);
        }
    }
}
