using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux;

/// <summary>O_PATH descriptors: a place in the file system that can be named but not read, which nobody can move from under us.</summary>
public static class PathDescriptor
{
    public static SafeFileHandle OpenDirectory(string path)
    {
        int fd = At.open(path, At.O_PATH | ArchitectureNumbers.O_DIRECTORY | At.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", path);
        return Descriptors.Own(fd);
    }

    public static SafeFileHandle Open(string path)
    {
        int fd = At.open(path, At.O_PATH | At.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", path);
        return Descriptors.Own(fd);
    }
}
