using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>Signal dispositions and masks by raw system call: glibc hides its own two real-time signals, exec does not.</summary>
internal static unsafe partial class Signals
{
    public const int Last = 64, SIG_SETMASK = 2;
    public const int SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17, SIGCONT = 18, SIGSTOP = 19, SIGWINCH = 28;
    public const nint SIG_DFL = 0, SIG_IGN = 1;

    /// <summary>The kernel's struct sigaction with a mask of 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct KernelAction
    {
        public nint Handler;
        public ulong Flags;
        public nint Restorer;
        public ulong Mask;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint rt_sigaction(nint number, int signal, KernelAction* set, KernelAction* old, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint rt_sigprocmask(nint number, int how, ulong* set, ulong* old, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint rt_sigtimedwait(nint number, ulong* set, void* info, void* timeout, nint size);
}
