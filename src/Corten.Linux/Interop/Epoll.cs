using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>epoll(7).</summary>
internal static unsafe partial class Epoll
{
    public const int EPOLL_CLOEXEC = 0x80000, EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1, EPOLLOUT = 4, EPOLLRDHUP = 0x2000, EPOLLONESHOT = 1u << 30;

    /// <summary>struct epoll_event: packed on x86-64 only. Read and written through <see cref="Write"/> and <see cref="Data"/>.</summary>
    public static int EventSize => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static int DataOffset => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int fd, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* events, int count, int timeout);

    public static void Write(byte* at, uint events, long data)
    {
        *(uint*)at = events;
        *(long*)(at + DataOffset) = data;
    }

    public static long Data(byte* at) => *(long*)(at + DataOffset);
}
