using System.Text;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>
/// Where COPY, ADD and WORKDIR write: their destination may be or lead through links of the image, also to what is not there yet. All links are
/// followed inside the tree; what comes out has none, so that what is made of it stays where they pointed.
/// </summary>
internal static class Destination
{
    /// <summary>Links on one path, as BuildKit allows.</summary>
    private const int MaxLinks = 255;

    /// <param name="root">The tree's root.</param>
    /// <param name="path">Absolute; a slash at the end stays.</param>
    /// <exception cref="CortenException">InvalidArgument: the links do not end.</exception>
    public static string Resolve(SafeFileHandle root, string path)
    {
        var waiting = new Stack<string>(Parts(path).Reverse());
        var resolved = new List<string>();
        var links = 0;
        while (waiting.TryPop(out var part))
        {
            if (part == "..")
            {
                resolved.RemoveRange(Math.Max(0, resolved.Count - 1), Math.Min(1, resolved.Count));
                continue;
            }

            if (LinkAt(root, resolved, part) is not { } target)
            {
                resolved.Add(part);
                continue;
            }

            if (++links > MaxLinks)
            {
                throw CortenException.Invalid($"too many links in {path}");
            }

            if (target.StartsWith('/'))
            {
                resolved.Clear();
            }

            foreach (var next in Parts(target).Reverse())
            {
                waiting.Push(next);
            }
        }

        return "/" + string.Join('/', resolved) + (path.EndsWith('/') && resolved.Count > 0 ? "/" : "");
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".");

    private static string? LinkAt(SafeFileHandle root, List<string> folder, string name)
    {
        using var parent = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(string.Join('/', folder)), OpenFlags.Path | OpenFlags.Directory, 0,
            Linux.Files.Resolve.InRoot | Linux.Files.Resolve.NoSymlinks, out _);
        var leaf = Encoding.UTF8.GetBytes(name);
        return parent is not null && FileAt.TryStatus(parent, leaf, out var status, out _) && status.IsSymbolicLink ? Encoding.UTF8.GetString(FileAt.ReadLink(parent, leaf)) : null;
    }
}
