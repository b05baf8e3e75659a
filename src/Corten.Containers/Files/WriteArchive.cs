using Corten.Containers.Lifecycle;
using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Storage.Tar;

namespace Corten.Containers.Files;

/// <summary>Files into a container: an archive is unpacked into a folder that is there.</summary>
public sealed class WriteArchive
{
    private readonly ContainerCore _core;
    private readonly ContainerFiles _files;

    internal WriteArchive(ContainerCore core, ContainerFiles files) => (_core, _files) = (core, files);

    /// <param name="idOrName"></param>
    /// <param name="path">The folder; a link to one will do.</param>
    /// <param name="archive">A tar archive, compressed or not.</param>
    /// <param name="keepFolderOrNot">Refuse to replace a folder by something else and the reverse.</param>
    /// <param name="toContainerUser">Everything belongs to the container's user instead of to whom the archive says.</param>
    /// <param name="cancellationToken"></param>
    public Task RunAsync(string idOrName, string path, Stream archive, bool keepFolderOrNot, bool toContainerUser, CancellationToken cancellationToken)
    {
        var place = ContainerPath.Parse(path);
        var container = _core.Registry.Find(idOrName);
        return _files.WriteAsync(container, async root =>
        {
            using var folder = OpenFolder(root, place, path, idOrName);
            RefuseReadOnly(container, place);
            var options = new ExtractOptions { KeepFolderOrNot = keepFolderOrNot, Owner = toContainerUser ? Owner(container, root) : null };
            try
            {
                await TreeArchive.ExtractAsync(folder, archive, options, cancellationToken);
            }
            catch (TarException e)
            {
                // To Docker, no mistake of the request's.
                throw CortenException.Internal(e.Message, e);
            }
            catch (LinuxException e) when (e.Errno == Errno.EROFS)
            {
                throw CortenException.Invalid("mounted volume is marked read-only");
            }

            _core.Events.Publish(container, "extract-to-dir");
            return 0;
        }, cancellationToken);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFolder(MountedRoot root, ContainerPath place, string asked, string container)
    {
        var found = FileAt.TryOpenResolved(root.Handle, place.Relative, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0, Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
        if (found is not null && FileFacts.FileSystem(found) is FileFacts.ProcMagic or FileFacts.SysfsMagic)
        {
            // The kernel's own files, which only a running container has: Docker does not see them here either.
            found.Dispose();
            throw ContainerFiles.NotFound(asked, container);
        }

        if (found is not null)
        {
            return found;
        }

        using var other = FileAt.TryOpenResolved(root.Handle, place.Relative, OpenFlags.Path | OpenFlags.CloseOnExec, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
        throw other is not null ? CortenException.Invalid("extraction point is not a directory")
            : errno == Errno.ENOTDIR ? CortenException.Internal("not a directory")
            : ContainerFiles.IsMissing(errno) ? ContainerFiles.NotFound(asked, container)
            : new LinuxException(errno, "open", asked);
    }

    /// <summary>By the mount that the path is under. A link that leads elsewhere meets the kernel's own refusal.</summary>
    private static void RefuseReadOnly(Container container, ContainerPath place)
    {
        var record = container.Record;
        var mount = record.Mounts.Where(mount => place.Clean == mount.Destination || place.Clean.StartsWith(mount.Destination + "/", StringComparison.Ordinal)).MaxBy(mount => mount.Destination.Length);
        if (mount is { Writable: false })
        {
            throw CortenException.Invalid("mounted volume is marked read-only");
        }

        if (mount is null && record.Host.ReadonlyRootfs)
        {
            throw CortenException.Invalid("container rootfs is marked read-only");
        }
    }

    private static (uint, uint) Owner(Container container, MountedRoot root)
    {
        var identity = AccountLookup.Read(root.Handle).Resolve(container.Record.Config.User, null);
        return (identity.Uid, identity.Gid);
    }
}
