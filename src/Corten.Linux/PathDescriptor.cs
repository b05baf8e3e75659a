using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux;

/// <summary>O_PATH descriptors: a place in the file system that can be named but not read, which nobody can move from under us.</summary>
public static partial class PathDescriptor
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    private const int O_PATH = 0x200000;

    /// <summary>O_DIRECTORY has another value on arm64 (arch/arm64/include/uapi/asm/fcntl.h).</summary>
    private static int O_DIRECTORY => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    public static SafeFileHandle OpenDirectory(string path)
    {
        int fd = open(path, O_PATH | O_DIRECTORY | Descriptors.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", path);
        return Descriptors.Own(fd);
    }
}
