using System.Text;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.BuildKit;

/// <summary>Looks into results: files, folders, attributes. Links are resolved inside the tree.</summary>
internal sealed class TreeReader(TreeViews views)
{
    private const int MaxFile = 64 << 20;

    public byte[] ReadFile(Tree tree, string path)
    {
        using var view = views.Read(tree);
        return Contexts.FolderClient.TryRead(view.Root, path, MaxFile) ?? throw CortenException.NotFound($"open {path}: no such file or directory");
    }

    public IReadOnlyList<Stat> ReadDirectory(Tree tree, string path, string pattern)
    {
        using var view = views.Read(tree);
        using var directory = FileAt.TryOpenResolved(view.Root, Name(path), OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _)
            ?? throw CortenException.NotFound($"open {path}: no such file or directory");
        var glob = pattern.Length > 0 ? Glob.Path(pattern) : null;
        return [.. Selection.Sorted(directory).Select(n => (Name: n, Text: Encoding.UTF8.GetString(n))).Where(n => glob?.IsMatch(n.Text) ?? true)
            .Select(n => StatOf(directory, n.Name, n.Text))];
    }

    public Stat Stat(Tree tree, string path)
    {
        using var view = views.Read(tree);
        using var opened = Selection.Open(view.Root, Name(path)) ?? throw CortenException.NotFound($"lstat {path}: no such file or directory");
        return StatOf(opened, [], path.TrimEnd('/').Split('/')[^1]);
    }

    internal static Stat StatOf(SafeFileHandle directory, byte[] name, string shown)
    {
        var status = FileAt.Status(directory, name);
        return new Stat
        {
            Path = shown, Mode = GoFileMode.FromUnix(status), Uid = status.Uid, Gid = status.Gid, Size = status.IsRegular ? status.Size : 0,
            ModTime = (status.Modified.Seconds * 1_000_000_000) + status.Modified.Nanoseconds,
            Linkname = status.IsSymbolicLink ? Encoding.UTF8.GetString(FileAt.ReadLink(directory, name)) : "",
            Devmajor = status.IsDevice ? status.RdevMajor : 0, Devminor = status.IsDevice ? status.RdevMinor : 0,
        };
    }

    private static byte[] Name(string path) => Encoding.UTF8.GetBytes(path.Trim('/'));
}
