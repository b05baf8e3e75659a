using System.Text;
using Corten.Containers.Mounts;
using Corten.Containers.Rootfs;
using Corten.EngineApi.Containers;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;

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
        return _files.UseAsync(container, root => Task.FromResult(Stat(root, place, path, idOrName)), cancellationToken);
    }

    /// <param name="idOrName"></param>
    /// <param name="path"></param>
    /// <param name="open">Called once it is known that there is something, with what it is; gives where the archive goes, which is written synchronously.</param>
    /// <param name="cancellationToken"></param>
    public Task RunAsync(string idOrName, string path, Func<PathStat, Func<Stream, CancellationToken, Task>, Task> open, CancellationToken cancellationToken)
    {
        var place = ContainerPath.Parse(path);
        var container = _core.Registry.Find(idOrName);
        return _files.UseAsync(container, async root =>
        {
            var stat = Stat(root, place, path, idOrName);
            var options = new ArchiveOptions { Name = Encoding.UTF8.GetBytes(place.Name) };
            await open(stat, async (target, token) =>
            {
                if (!place.Followed)
                {
                    await TreeArchive.WriteAsync(root.Handle, place.Relative, target, options, token);
                    return;
                }

                using var folder = FileAt.OpenInRoot(root.Handle, place.Relative, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
                await TreeArchive.WriteAsync(folder, default, target, options, token);
            });
            _core.Events.Publish(container, "archive-path");
            return 0;
        }, cancellationToken);
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
        catch (LinuxException e) when (place.Followed && e.Errno == Errno.ENOTDIR)
        {
            throw CortenException.Internal($"stat {asked}: not a directory", e);
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
