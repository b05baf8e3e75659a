using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>prctl(2), prlimit(2), sched_setattr(2), ioprio_set(2), personality(2), set_mempolicy(2), keyctl(2): what a process has besides its credentials.</summary>
internal static unsafe partial class ProcessAttributes
{
    public const int PR_SET_PDEATHSIG = 1, PR_SET_DUMPABLE = 4, PR_SET_KEEPCAPS = 8, PR_CAPBSET_READ = 23, PR_CAPBSET_DROP = 24;
    public const int PR_SET_CHILD_SUBREAPER = 36, PR_SET_NO_NEW_PRIVS = 38, PR_CAP_AMBIENT = 47, PR_SET_NAME = 15;
    public const int PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_CLEAR_ALL = 4;
    public const int KEYCTL_JOIN_SESSION_KEYRING = 1, KEYCTL_SETPERM = 5, KEYCTL_DESCRIBE = 6;

    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft, Hard;
    }

    /// <summary>struct sched_attr, version 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SchedulerAttributes
    {
        public uint Size, Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime, Deadline, Period;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint prlimit64(nint number, int pid, int resource, ResourceLimit* set, ResourceLimit* old);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint sched_setattr(nint number, int pid, SchedulerAttributes* attributes, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint sched_setaffinity(nint number, int pid, nint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint ioprio_set(nint number, int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint personality(nint number, nuint persona);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint set_mempolicy(nint number, int mode, ulong* nodes, nuint maxNode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint keyctl(nint number, int operation, nint a, nint b, nint c);
}
