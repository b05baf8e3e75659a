using System.Text;
using Corten.Containers.Mounts;
using Corten.Containers.Rootfs;
using Corten.EngineApi.Containers;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Storage.Tar;

namespace Corten.Containers.Files;

/// <summary>Files out of a container, as an archive whose top is called as the path ends; and what is at a path.</summary>
public sealed class ReadArchive
{
    /// <summary>As the kernel's own limit on links in a path.</summary>
    private const int MostLinks = 40;

    private readonly ContainerCore _core;
    private readonly ContainerFiles _files;

    internal ReadArchive(ContainerCore core, ContainerFiles files) => (_core, _files) = (core, files);

    public Task<PathStat> StatAsync(string idOrName, string path, CancellationToken cancellationToken)
    {
        var place = ContainerPath.Parse(path);
        var container = _core.Registry.Find(idOrName);
        return Task.Run(() =>
        {
            using var root = _files.OpenForReading(container);
            return Stat(root, place, path, idOrName);
        }, cancellationToken);
    }

    /// <param name="idOrName"></param>
    /// <param name="path"></param>
    /// <param name="open">Called once it is known that there is something, with what it is; gives where the archive goes, which is written synchronously.</param>
    /// <param name="cancellationToken"></param>
    public async Task RunAsync(string idOrName, string path, Func<PathStat, Func<Stream, CancellationToken, Task>, Task> open, CancellationToken cancellationToken)
    {
        var place = ContainerPath.Parse(path);
        var container = _core.Registry.Find(idOrName);
        using var root = _files.OpenForReading(container);
        var stat = Stat(root, place, path, idOrName);
        await open(stat, (target, token) => WriteAsync(root, place, target, token));
        _core.Events.Publish(container, "archive-path");
    }

    private static async Task WriteAsync(MountedRoot root, ContainerPath place, Stream target, CancellationToken cancellationToken)
    {
        var options = new ArchiveOptions { Name = Encoding.UTF8.GetBytes(place.Name), Adjust = place.Name == "/" ? WithoutDoubledSlash : null };
        if (!place.Followed)
        {
            await TreeArchive.WriteAsync(root.Handle, place.Relative, target, options, cancellationToken);
            return;
        }

        using var folder = FileAt.OpenInRoot(root.Handle, place.Relative, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
        await TreeArchive.WriteAsync(folder, default, target, options, cancellationToken);
    }

    /// <summary>The root's own name is a slash, and its entries have only that one before them.</summary>
    private static void WithoutDoubledSlash(TarEntry entry)
    {
        if (entry.Path is [(byte)'/', (byte)'/', ..])
        {
            entry.Path = entry.Path[1..];
        }
    }

    private static PathStat Stat(MountedRoot root, ContainerPath place, string asked, string container)
    {
        try
        {
            var status = place.Followed ? Followed(root, place) : Plain(root, place.Relative);
            return new PathStat
            {
                Name = place.Name,
                Size = status.Size,
                Mode = GoFileMode.Of(status.Mode),
                Mtime = new DateTimeOffset(status.Modified.ToDateTime()),
                LinkTarget = status.IsSymbolicLink ? Target(root, place.Clean) : "",
            };
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOTDIR)
        {
            throw CortenException.Internal($"lstat {asked}: not a directory", e);
        }
        catch (LinuxException e) when (ContainerFiles.IsMissing(e.Errno))
        {
            throw ContainerFiles.NotFound(asked, container);
        }
    }

    private static FileStatus Followed(MountedRoot root, ContainerPath place)
    {
        using var folder = FileAt.OpenInRoot(root.Handle, place.Relative, OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec);
        return FileAt.Status(folder);
    }

    private static FileStatus Plain(MountedRoot root, byte[] path)
    {
        using var parent = FileAt.OpenInRoot(root.Handle, ArchivePath.Parent(path), OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec);
        return FileAt.Status(parent, ArchivePath.Leaf(path));
    }

    /// <summary>Where a link leads to in the end, as a path in the container.</summary>
    private static string Target(MountedRoot root, string link)
    {
        var at = link;
        for (var i = 0; i < MostLinks; i++)
        {
            var relative = Encoding.UTF8.GetBytes(at[1..]);
            try
            {
                if (relative.Length == 0 || !Plain(root, relative).IsSymbolicLink)
                {
                    break;
                }

                using var parent = FileAt.OpenInRoot(root.Handle, ArchivePath.Parent(relative), OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec);
                var target = Encoding.UTF8.GetString(FileAt.ReadLink(parent, ArchivePath.Leaf(relative)));
                at = MountWords.Clean(target.StartsWith('/') ? target : at[..(at.LastIndexOf('/') + 1)] + target);
            }
            catch (LinuxException e) when (ContainerFiles.IsMissing(e.Errno))
            {
                break;
            }
        }

        return at;
    }
}
