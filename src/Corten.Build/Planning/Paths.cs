using Corten.Build.Dockerfile.Ignore;

namespace Corten.Build.Planning;

/// <summary>Paths of images: absolute, with slashes, no <c>..</c> left.</summary>
public static class Paths
{
    /// <summary><paramref name="path"/> seen from <paramref name="directory"/>, clean; <c>..</c> stops at the root.</summary>
    public static string Resolve(string directory, string path) =>
        IgnorePatterns.CleanPath(path.StartsWith('/') ? path : $"/{directory}/{path}");

    /// <summary>As <see cref="Resolve"/>, but what names a folder keeps its slash: <c>.</c>, an empty path, a slash at the end.</summary>
    public static string ResolveDestination(string directory, string path)
    {
        var resolved = Resolve(directory, path);
        var isFolder = path is "" or "." || path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal);
        return isFolder && resolved != "/" ? resolved + "/" : resolved;
    }
}
