using System.Text;

namespace Corten.Cli.Commands.Builder;

/// <summary>
/// <c>.dockerignore</c>: patterns of what a context leaves out; <c>!</c> takes something back in, and the last pattern that matches decides. A
/// pattern that matches a folder matches all that is in it.
/// </summary>
internal sealed class IgnoreFile
{
    private readonly List<(string[] Parts, bool Takes)> patterns = [];
    private readonly HashSet<string> always = [];

    private IgnoreFile()
    {
    }

    /// <summary>Some pattern takes something back in, perhaps within a folder that is left out.</summary>
    public bool TakesBack => patterns.Exists(p => p.Takes);

    /// <summary>The patterns alone: nothing is spared.</summary>
    public static IgnoreFile Of(IEnumerable<string> lines)
    {
        var file = new IgnoreFile();
        foreach (var line in lines)
        {
            file.Add(line);
        }
        return file;
    }

    /// <summary>Reads <c>DOCKERFILE.dockerignore</c>, else <c>.dockerignore</c>. The engine needs both files, so they are never left out.</summary>
    public static IgnoreFile Load(string folder, string dockerfile)
    {
        var file = new IgnoreFile { always = { ".dockerignore", dockerfile } };
        var own = Path.Combine(folder, dockerfile + ".dockerignore");
        var path = File.Exists(own) ? own : Path.Combine(folder, ".dockerignore");
        if (File.Exists(path))
        {
            file.always.Add(Path.GetRelativePath(folder, path));
            foreach (var line in File.ReadAllLines(path))
            {
                file.Add(line);
            }
        }
        return file;
    }

    private void Add(string line)
    {
        var text = line.Trim();
        if (text.Length == 0 || line.StartsWith('#'))
        {
            return;
        }
        var takes = text.StartsWith('!');
        var parts = text.TrimStart('!').Trim().Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").ToArray();
        if (parts.Length > 0)
        {
            patterns.Add((parts, takes));
        }
    }

    public bool Leaves(byte[] name) => Leaves(Encoding.UTF8.GetString(name).TrimEnd('/'));

    /// <param name="path">Relative, without a slash at either end.</param>
    public bool Leaves(string path)
    {
        if (always.Contains(path))
        {
            return false;
        }
        var parts = path.Split('/');
        var leaves = false;
        foreach (var (pattern, takes) in patterns)
        {
            if (leaves == takes && MatchesSelfOrParent(pattern, parts))
            {
                leaves = !takes;
            }
        }
        return leaves;
    }

    private static bool MatchesSelfOrParent(string[] pattern, string[] parts)
    {
        for (var length = parts.Length; length > 0; length--)
        {
            if (Matches(pattern, parts.AsSpan(0, length)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Part by part; <c>**</c> stands for any number of parts.</summary>
    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> parts)
    {
        if (pattern.IsEmpty)
        {
            return parts.IsEmpty;
        }
        if (pattern[0] == "**")
        {
            for (var skip = 0; skip <= parts.Length; skip++)
            {
                if (Matches(pattern[1..], parts[skip..]))
                {
                    return true;
                }
            }
            return false;
        }
        return !parts.IsEmpty && NamePattern.Matches(pattern[0], parts[0]) && Matches(pattern[1..], parts[1..]);
    }
}
