using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Ignore;

namespace Corten.Build.BuildKit;

/// <summary>
/// Which of the files that a client describes a build needs: those that are not ignored and that its instructions can reach. Where a link may lead from one part to
/// another, or a pattern is to be tried, everything counts as reachable: the client has followed links and patterns itself.
/// </summary>
internal sealed class ContextFilter(IgnorePatterns ignored, IReadOnlyList<string>? paths)
{
    private bool _all = paths is null || paths.Any(p => p.Length == 0 || p.Contains('\\') || Glob.HasWildcards(p));

    public static ContextFilter Everything { get; } = new(IgnorePatterns.None, null);

    /// <summary>Tells which files are links.</summary>
    public void Learn(IEnumerable<string> links) => _all = _all || links.Any(l => paths!.Any(p => Within(l, p) || Within(p, l)));

    public bool IsIgnored(string path) => !ignored.IsEmpty && ignored.Matches(path);

    public bool IsReachable(string path) => _all || paths!.Any(p => Within(path, p) || Within(p, path));

    private static bool Within(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');
}
