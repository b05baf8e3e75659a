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
        Walk((path, name, _, entry) => found.AddRange(entry.IsDirectory && names.Contains(name) ? [path] : []));
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Every regular file that is wanted by its name and status.</summary>
    public IReadOnlyList<string> Files(Func<string, FileStatus, bool> wanted)
    {
        var found = new List<string>();
        Walk((path, name, folder, entry) =>
        {
            if (!entry.IsDirectory && FileAt.TryStatus(folder, entry.Name, out var status, out _) && status.IsRegular && wanted(name, status))
            {
                found.Add(path);
            }
        });
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>A regular file, to be sought in; null if there is none.</summary>
    public FileStream? Open(string path)
    {
        var file = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
        if (file is null || !FileAt.Status(file).IsRegular)
        {
            file?.Dispose();
            return null;
        }

        return new FileStream(file, FileAccess.Read, bufferSize: 1 << 16);
    }

    private void Walk(Action<string, string, SafeFileHandle, DirectoryEntry> visit)
    {
        var open = new Stack<(string Path, int Depth)>([("", 0)]);
        for (var seen = 0; open.TryPop(out var at) && seen < MaxFolders; seen++)
        {
            using var folder = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(at.Path.Length == 0 ? "." : at.Path), OpenFlags.ReadOnly | OpenFlags.Directory, 0,
                Resolve.InRoot | Resolve.NoSymlinks, out _);
            foreach (var entry in folder is null ? [] : DirectoryEntries.ReadSorted(folder))
            {
                var name = Encoding.UTF8.GetString(entry.Name);
                var path = at.Path.Length == 0 ? name : $"{at.Path}/{name}";
                visit(path, name, folder!, entry);
                if (entry.IsDirectory && at.Depth < MaxDepth && path is not ("proc" or "sys" or "dev"))
                {
                    open.Push((path, at.Depth + 1));
                }
            }
        }
    }
}
