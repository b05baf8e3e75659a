using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>One end of a copy: where it is, whether it is there, and whether it is a folder.</summary>
internal sealed record CopyEnd(string Path, bool Exists, bool IsFolder)
{
    /// <summary>The name that the copy gets, where that is not the path's last part: a link that was followed keeps its own.</summary>
    public string? Name { get; init; }
}

/// <summary>cp's rules for where a copy goes, as the guide of docker cp states them.</summary>
internal static class CopyPaths
{
    /// <summary>Folder that the copy is unpacked in, and the name it gets there; an empty name for a folder's content.</summary>
    public static (string Folder, string Name) Place(CopyEnd source, CopyEnd target)
    {
        var own = source.Name ?? Base(source.Path);
        if (target.Exists && target.IsFolder)
        {
            return (target.Path, own == "." ? "" : own);
        }
        if (target.Exists && source.IsFolder)
        {
            throw new CommandException("cannot copy directory");
        }
        if (!target.Exists && !source.IsFolder && MeansFolder(target.Path))
        {
            throw new CommandException("no such directory");
        }
        var path = target.Path.TrimEnd('/');
        if (path.EndsWith("/.", StringComparison.Ordinal))
        {
            path = path[..^2];
        }
        var slash = path.LastIndexOf('/');
        return (slash <= 0 ? "/" : path[..slash], path[(slash + 1)..]);
    }

    /// <summary>The last part of a path; a dot for a path that means a folder's content.</summary>
    public static string Base(string path)
    {
        if (path == "." || path.EndsWith("/.", StringComparison.Ordinal))
        {
            return ".";
        }
        var clean = Clean(path);
        return clean == "/" ? "." : clean[(clean.LastIndexOf('/') + 1)..];
    }

    public static bool MeansFolder(string path) => path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) || path == ".";

    /// <summary>Without doubled slashes, dots and steps upwards.</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        var rooted = path.StartsWith('/');
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".." || !rooted)
            {
                parts.Add(part);
            }
        }
        var joined = string.Join('/', parts);
        return rooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    /// <summary>An absolute path of this machine that still says whether a folder is meant.</summary>
    public static string Local(string path)
    {
        var full = Clean(path.StartsWith('/') ? path : $"{Environment.CurrentDirectory}/{path}");
        if (path == "." || path.EndsWith("/.", StringComparison.Ordinal))
        {
            return full.TrimEnd('/') + "/.";
        }
        return path.EndsWith('/') && full != "/" ? full + "/" : full;
    }
}
