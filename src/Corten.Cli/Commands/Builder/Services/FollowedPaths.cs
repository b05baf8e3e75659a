namespace Corten.Cli.Commands.Builder.Services;

/// <summary>The part of a folder that was asked for: paths, with wildcards perhaps, and whatever links on the way to them lead to.</summary>
internal sealed class FollowedPaths
{
    private const int MaxLinks = 255;

    private readonly HashSet<string> whole = [];
    private readonly HashSet<string> above = [];

    private static readonly EnumerationOptions InFolder = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private FollowedPaths()
    {
    }

    public static FollowedPaths Of(string root, IEnumerable<string> patterns)
    {
        var paths = new FollowedPaths();
        var budget = MaxLinks;
        foreach (var pattern in patterns)
        {
            paths.Follow(root, "", [.. pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".")], ref budget);
        }
        return paths;
    }

    /// <summary>The path is wanted, is within something that is, or leads to it.</summary>
    public bool Covers(string path)
    {
        if (whole.Contains("") || above.Contains(path) || whole.Contains(path))
        {
            return true;
        }
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (whole.Contains(path[..slash]))
            {
                return true;
            }
        }
        return false;
    }

    private void Follow(string root, string at, ReadOnlySpan<string> rest, ref int budget)
    {
        if (rest.IsEmpty)
        {
            whole.Add(at);
            return;
        }
        if (rest[0] == "..")
        {
            Follow(root, at.LastIndexOf('/') is > 0 and var slash ? at[..slash] : "", rest[1..], ref budget);
            return;
        }
        if (rest[0].Contains("**", StringComparison.Ordinal))
        {
            FollowFolders(root, at, rest, ref budget);
            return;
        }
        foreach (var name in Names(Path.Combine(root, at), rest[0]))
        {
            var path = at.Length == 0 ? name : $"{at}/{name}";
            if (new FileInfo(Path.Combine(root, path)).LinkTarget is { } target)
            {
                whole.Add(path);
                if (--budget < 0)
                {
                    // Links in a circle: the engine will say so.
                    return;
                }
                var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".");
                Follow(root, target.StartsWith('/') ? "" : at, [.. parts, .. rest[1..]], ref budget);
                continue;
            }
            if (rest.Length > 1)
            {
                above.Add(path);
            }
            Follow(root, path, rest[1..], ref budget);
        }
    }

    /// <summary><c>**</c> is any number of folders, none too; it does not go through links. Within a name, or at the end, it is all there is.</summary>
    private void FollowFolders(string root, string at, ReadOnlySpan<string> rest, ref int budget)
    {
        if (rest.Length == 1 || rest[0] != "**")
        {
            whole.Add(at);
            return;
        }
        Follow(root, at, rest[1..], ref budget);
        var folder = new DirectoryInfo(Path.Combine(root, at));
        foreach (var inner in folder.Exists ? folder.EnumerateDirectories("*", InFolder) : [])
        {
            var path = at.Length == 0 ? inner.Name : $"{at}/{inner.Name}";
            above.Add(path);
            FollowFolders(root, path, rest, ref budget);
        }
    }

    private static IEnumerable<string> Names(string folder, string part)
    {
        if (!NamePattern.IsOne(part))
        {
            return [part];
        }
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p)!).Where(n => NamePattern.Matches(part, n))]
            : [];
    }
}
