using System.Globalization;
using System.Text;
using Corten.Linux.Files;
using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>
/// The threads of this process beside the caller: even a program with one thread of its own has the .NET runtime's finalizer. A fork copies the locks that
/// such a thread holds, and the collector of the child would wait for it for ever; so it has to be at rest, in its wait for work, when the fork comes.
/// </summary>
internal static unsafe class OtherThreads
{
    /// <summary>Finalizers take microseconds; the bound is for a machine under heavy load.</summary>
    private const int LongestWait = 5_000;

    /// <summary>Beginning of proc_pid_syscall(5) for a thread that waits in futex(2), which is how the runtime's threads wait.</summary>
    private static readonly byte[] InFutex = Encoding.ASCII.GetBytes(ArchitectureNumbers.NR_futex.ToString(CultureInfo.InvariantCulture) + " ");

    /// <summary>Returns as soon as none of them runs. Only an allocation of the caller's can wake one of them after that.</summary>
    /// <exception cref="LinuxException">EBUSY when one goes on and on.</exception>
    public static void WaitUntilAtRest()
    {
        long deadline = Environment.TickCount64 + LongestWait;
        foreach (byte[] path in Paths())
        {
            while (!IsAtRest(path))
            {
                if (Environment.TickCount64 > deadline) throw new LinuxException(Errno.EBUSY, "fork", Encoding.ASCII.GetString(path.AsSpan(..^1)));
                Native.sched_yield();
            }
        }
    }

    /// <summary>Their files in /proc, null-terminated, so that looking into them allocates nothing. None where there is no /proc: a bare child has no thread but its own.</summary>
    private static List<byte[]> Paths()
    {
        var paths = new List<byte[]>();
        int fd = At.open("/proc/self/task", At.O_RDONLY | At.O_CLOEXEC, 0);
        if (fd < 0) return paths;
        using var folder = Descriptors.Own(fd);
        Span<byte> own = stackalloc byte[16];
        Native.getpid().TryFormat(own, out int length, default, CultureInfo.InvariantCulture);
        foreach (DirectoryEntry thread in DirectoryEntries.Read(folder))
        {
            if (!own[..length].SequenceEqual(thread.Name)) paths.Add([.. "/proc/self/task/"u8, .. thread.Name, .. "/syscall\0"u8]);
        }
        return paths;
    }

    /// <summary>True also for a thread that has ended.</summary>
    private static bool IsAtRest(byte[] path)
    {
        Span<byte> text = stackalloc byte[8];
        fixed (byte* name = path, start = text)
        {
            int file = Interop.Files.openat(Interop.Files.AT_FDCWD, name, Descriptors.O_CLOEXEC, 0);
            if (file < 0) return true;
            nint length = Descriptors.read(file, start, text.Length);
            Descriptors.close(file);
            return length <= 0 || text.StartsWith(InFutex);
        }
    }
}
