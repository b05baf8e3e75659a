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

    /// <summary>Waits for the lock, on a thread of its own, since flock(2) has no bound.</summary>
    /// <param name="file">From <see cref="Open"/>.</param>
    /// <param name="patience">How long.</param>
    /// <returns>False when it was not to be had in that time. It may still be taken later, for as long as <paramref name="file"/> is open.</returns>
    /// <exception cref="LinuxException">The file system has no locks.</exception>
    public static bool Take(SafeFileHandle file, TimeSpan patience)
    {
        if (Interop.Files.flock(file, Interop.Files.LOCK_EX | Interop.Files.LOCK_NB) == 0)
        {
            return true;
        }

        if ((Errno)Marshal.GetLastPInvokeError() != Errno.EAGAIN) LinuxException.ThrowLast("flock");
        return Task.Factory.StartNew(() => Wait(file), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Wait(patience);
    }

    private static void Wait(SafeFileHandle file)
    {
        while (Interop.Files.flock(file, Interop.Files.LOCK_EX) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("flock");
        }
    }
}
