using System.Text;
using Corten.Build.Contexts;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Attestations.Inventory;

/// <summary>Files of an image, whose maker is not trusted: links are followed inside it only, and sizes and numbers are bounded.</summary>
internal sealed class ImageFiles(SafeFileHandle root)
{
    private const int MaxFile = 64 << 20;
    private const int MaxFolders = 500_000;
    private const int MaxDepth = 64;

    /// <summary>A file as text; null if there is none.</summary>
    public string? Read(string path)
    {
        try
        {
            return FolderClient.TryRead(root, path, MaxFile) is { } content ? Encoding.UTF8.GetString(content) : null;
        }
        catch (Oci.Errors.CortenException)
        {
            // A pipe, a folder, something huge: nothing that a package manager wrote.
            return null;
        }
    }

    /// <summary>The names in a folder, sorted; none if there is no such folder.</summary>
    public IReadOnlyList<string> Names(string path)
    {
        using var folder = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(path.Trim('/') is { Length: > 0 } inner ? inner : "."), OpenFlags.ReadOnly | OpenFlags.Directory, 0,
            Resolve.InRoot | Resolve.NoMagicLinks, out _);
        return folder is null ? [] : [.. DirectoryEntries.ReadSorted(folder).Select(e => Encoding.UTF8.GetString(e.Name))];
    }

    /// <summary>Every folder of one of these names, wherever it is; links to folders are not followed.</summary>
    public IReadOnlyList<string> Folders(IReadOnlySet<string> names)
    {
        var found = new List<string>();
        var open = new Stack<(string Path, int Depth)>([("", 0)]);
        for (var seen = 0; open.TryPop(out var at) && seen < MaxFolders; seen++)
        {
            using var folder = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(at.Path.Length == 0 ? "." : at.Path), OpenFlags.ReadOnly | OpenFlags.Directory, 0,
                Resolve.InRoot | Resolve.NoSymlinks, out _);
            if (folder is null)
            {
                continue;
            }

            foreach (var entry in DirectoryEntries.ReadSorted(folder).Where(e => e.IsDirectory))
            {
                var name = Encoding.UTF8.GetString(entry.Name);
                var path = at.Path.Length == 0 ? name : $"{at.Path}/{name}";
                if (names.Contains(name))
                {
                    found.Add(path);
                }

                if (at.Depth < MaxDepth && path is not ("proc" or "sys" or "dev"))
                {
                    open.Push((path, at.Depth + 1));
                }
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
