using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>
/// flock(2): an exclusive lock of an open file. It belongs to the open file, not to a process: who gets a copy of the descriptor holds it too, and it is free
/// when the last copy is closed, however its owner ended.
/// </summary>
public static class FileLock
{
    /// <summary>Opens the lock's file, and makes it if it is not there. .NET's own open would take a lock of its kind, and fail where one is held.</summary>
    public static SafeFileHandle Open(string path)
    {
        int fd = At.open(path, At.O_RDWR | At.O_CREAT | At.O_CLOEXEC, 0x180); // 0600
        if (fd < 0) LinuxException.ThrowLast("open", path);
        return Descriptors.Own(fd);
    }

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="LinuxException">The file system has no locks.</exception>
    public static void Take(SafeFileHandle file)
    {
        while (Interop.Files.flock(file, Interop.Files.LOCK_EX) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("flock");
        }
    }
}
