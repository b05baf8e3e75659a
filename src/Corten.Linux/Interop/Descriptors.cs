using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Interop;

/// <summary>close(2), read(2), write(2), pipe2(2), dup3(2), fcntl(2), poll(2), close_range(2), eventfd(2): calls on descriptors of any kind.</summary>
internal static unsafe partial class Descriptors
{
    public const int F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030, F_ADD_SEALS = 1033, F_GET_SEALS = 1034;
    public const int FD_CLOEXEC = 1;
    public const int O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    public const short POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLRDHUP = 0x2000;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* fds, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollDescriptor* fds, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint close_range(nint number, uint first, uint last, uint flags);

    private const nint NR_close_range = 436;

    /// <summary>Marks every descriptor from <paramref name="first"/> on close-on-exec (CLOSE_RANGE_CLOEXEC) or closes it.</summary>
    public static void CloseRange(uint first, bool onExec)
    {
        if (close_range(NR_close_range, first, uint.MaxValue, onExec ? 4u : 0u) < 0) LinuxException.ThrowLast("close_range");
    }

    public static SafeFileHandle Own(int fd) => new(fd, ownsHandle: true);
}
