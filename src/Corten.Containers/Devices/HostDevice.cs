using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;

namespace Corten.Containers.Devices;

/// <summary>A device node of the host.</summary>
internal readonly record struct HostDevice(string Path, char Type, uint Major, uint Minor, uint Mode, uint Uid, uint Gid)
{
    /// <summary>The node at <paramref name="path"/>, links followed.</summary>
    public static HostDevice Stat(string path) =>
        TryStat(path, out var device, out var errno) ? device
        : throw CortenException.Internal(errno == Errno.None ? $"{path}: not a device node" : $"stat {path}: {LinuxException.Describe(errno)}");

    public static bool TryStat(string path, out HostDevice device, out Errno errno)
    {
        (device, errno) = (default, Errno.None);
        FileStatus status;
        try
        {
            using var file = FileAt.Open(path, OpenFlags.Path | OpenFlags.CloseOnExec);
            status = FileAt.Status(file);
        }
        catch (LinuxException e)
        {
            errno = e.Errno;
            return false;
        }

        if (!status.IsDevice)
        {
            return false;
        }

        device = new HostDevice(path, status.Type == FileType.BlockDevice ? 'b' : 'c', status.RdevMajor, status.RdevMinor, status.Permissions, status.Uid, status.Gid);
        return true;
    }

    /// <summary>Every node under <paramref name="folder"/>, without the file systems that a container has its own of.</summary>
    public static IEnumerable<HostDevice> Under(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not null)
            {
                continue;
            }

            if (entry is DirectoryInfo)
            {
                if (entry.Name is not ("pts" or "shm" or "fd" or "mqueue" or ".lxc" or ".lxd-mounts" or ".udev"))
                {
                    foreach (var device in Under(entry.FullName))
                    {
                        yield return device;
                    }
                }
            }
            else if (entry.Name != "console" && TryStat(entry.FullName, out var device, out _))
            {
                yield return device;
            }
        }
    }
}
