using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>
/// fork(2), clone3(2), execve(2), waitid(2), pidfds and the credentials of a process. What a child calls between clone and exec goes by raw
/// system call where glibc's wrapper would look at its list of threads (setuid(2), setgroups(2): nptl(7)), which is stale there.
/// </summary>
internal static unsafe partial class Processes
{
    public const ulong CLONE_PIDFD = 0x1000, CLONE_PARENT = 0x8000, CLONE_INTO_CGROUP = 0x200000000;
    public const int SIGCHLD = 17, P_ALL = 0, P_PID = 1, P_PIDFD = 3, WNOHANG = 1, WEXITED = 4, WNOWAIT = 0x01000000;
    public const int CLD_EXITED = 1, CLD_KILLED = 2, CLD_DUMPED = 3;
    public const int POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8, POSIX_SPAWN_SETSID = 0x80;

    /// <summary>struct clone_args, version 2 (CLONE_INTO_CGROUP).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CloneArguments
    {
        public ulong Flags, PidDescriptor, ChildTid, ParentTid, ExitSignal, Stack, StackSize, Tls, SetTid, SetTidSize, Cgroup;
    }

    /// <summary>The head of siginfo_t as waitid(2) fills it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct SignalInfo
    {
        [FieldOffset(8)] public int Code;
        [FieldOffset(16)] public int Pid;
        [FieldOffset(24)] public int Status;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fork();

    [LibraryImport("libc")]
    public static partial void _exit(int code);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint clone3(nint number, CloneArguments* arguments, nint size);

    /// <returns>0 in the child.</returns>
    public static int Clone3(CloneArguments* arguments) => (int)clone3(435, arguments, sizeof(CloneArguments));

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, int id, SignalInfo* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int execve(byte* path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint execveat(nint number, int folder, byte* path, byte** arguments, byte** environment, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint pidfd_open(nint number, int pid, uint flags);

    public static int PidfdOpen(int pid) => (int)pidfd_open(434, pid, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint pidfd_send_signal(nint number, int pidfd, int signal, void* info, uint flags);

    public static int PidfdSendSignal(int pidfd, int signal) => (int)pidfd_send_signal(424, pidfd, signal, null, 0);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    public static partial int getpid();

    [LibraryImport("libc")]
    public static partial int sched_yield();

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial uint getegid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpgid(int pid, int group);

    [LibraryImport("libc")]
    public static partial uint umask(uint mask);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint setresid(nint number, uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint setgroups(nint number, nint count, uint* groups);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpriority(int which, int who, int value);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);
}
