using Corten.Build.Dockerfile.Expansion;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Ignore;

/// <summary>
/// The patterns of a <c>.dockerignore</c> or of <c>--exclude</c>: applied in order, the last one that matches decides, a match on a folder
/// covers all that is in it, and <c>!</c> takes back.
/// </summary>
public sealed class IgnorePatterns
{
    private readonly List<(Glob Glob, string Text, bool Include)> _patterns = [];

    private IgnorePatterns(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns.Select(p => p.Trim()).Where(p => p.Length > 0))
        {
            var include = pattern.StartsWith('!');
            var text = CleanPath(include ? pattern[1..] : pattern);
            if (include && pattern.Length == 1)
            {
                throw CortenException.Invalid("illegal exclusion pattern: \"!\"");
            }

            try
            {
                _patterns.Add((Glob.Ignore(text), text, include));
            }
            catch (FormatException e)
            {
                throw CortenException.Invalid($"error parsing pattern {GoText.Quote(pattern)}: {e.Message}", e);
            }
        }
    }

    public static IgnorePatterns None { get; } = new([]);

    public bool IsEmpty => _patterns.Count == 0;

    /// <summary>True if some pattern takes back what others exclude.</summary>
    public bool HasInclusions => _patterns.Exists(p => p.Include);

    /// <summary>True if a pattern by itself covers every entry of the root.</summary>
    public bool CoversRoot => _patterns.Exists(p => !p.Include && p.Text is "*" or "**" or "**/*");

    public static IgnorePatterns Of(IEnumerable<string> patterns) => new(patterns);

    /// <summary>Reads an ignore file: comments begin in the first column, a leading slash is dropped, paths are cleaned.</summary>
    public static IgnorePatterns Parse(string file) => new(Lines(file));

    /// <summary>The patterns of an ignore file in their clean form, as they are sent to a client's file sync.</summary>
    public static IReadOnlyList<string> Lines(string file)
    {
        var patterns = new List<string>();
        foreach (var raw in file.TrimStart('\uFEFF').Split('\n'))
        {
            var line = raw.StartsWith('#') ? "" : raw.Trim();
            if (line.Length == 0)
            {
                continue;
            }

            var include = line.StartsWith('!');
            var path = include ? line[1..].Trim() : line;
            if (path.Length > 0)
            {
                path = CleanPath(path);
                path = path.Length > 1 && path[0] == '/' ? path[1..] : path;
            }

            patterns.Add(include ? "!" + path : path);
        }

        return patterns;
    }

    /// <summary>True if <paramref name="path"/> (relative, with slashes) is left out, by itself or with a folder above it.</summary>
    public bool Matches(string path)
    {
        var matched = false;
        foreach (var (glob, _, include) in _patterns)
        {
            if (include == matched && Covers(glob, path))
            {
                matched = !include;
            }
        }

        return matched;
    }

    /// <summary>
    /// True if nothing below the excluded folder <paramref name="folder"/> can be taken back, so that it need not be entered: no inclusion
    /// begins with its path or with a wildcard.
    /// </summary>
    public bool CoversWhole(string folder) =>
        Matches(folder) && !_patterns.Exists(p => p.Include && MayReachInto(p.Text, folder));

    private static bool MayReachInto(string inclusion, string folder)
    {
        var wildcard = inclusion.AsSpan().IndexOfAny("*?[\\");
        var literal = wildcard < 0 ? inclusion : inclusion[..wildcard];
        return (literal + (wildcard < 0 ? "/" : "")).StartsWith(folder + "/", StringComparison.Ordinal)
            || (wildcard >= 0 && (folder + "/").StartsWith(literal, StringComparison.Ordinal));
    }

    private static bool Covers(Glob glob, string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (glob.IsMatch(path.AsSpan(0, end)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Go's path.Clean: no empty, <c>.</c> or resolvable <c>..</c> components.</summary>
    internal static string CleanPath(string path)
    {
        var rooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or ".") && !(part == ".." && rooted))
            {
                parts.Add(part);
            }
        }

        return rooted ? "/" + string.Join('/', parts) : parts.Count == 0 ? "." : string.Join('/', parts);
    }
}
