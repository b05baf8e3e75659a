using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>How a process ended: its exit status, or the signal that ended it.</summary>
public readonly record struct ExitStatus(int Status, bool BySignal)
{
    /// <summary>As a shell gives it: the status, or 128 + the signal.</summary>
    public int Code => BySignal ? 128 + Status : Status;
}

/// <summary>
/// Making children and waiting for them. Only a process that was made for it may fork: one thread of its own, no pool, no timers; the child goes on in
/// managed code with a copy of the memory, and ends by executing a program or in <see cref="Exit"/>.
/// </summary>
public static unsafe class Child
{
    /// <summary>fork(3): for a child that lives on in managed code.</summary>
    /// <returns>0 in the child.</returns>
    public static int Fork()
    {
        OtherThreads.WaitUntilAtRest();
        int pid = Native.fork();
        if (pid < 0) LinuxException.ThrowLast("fork");
        return pid;
    }

    /// <summary>clone3(2) without CLONE_VM: for a child that sets itself up and executes a program.</summary>
    /// <param name="namespaces">CLONE_NEW* flags.</param>
    /// <param name="asSibling">CLONE_PARENT: it becomes our parent's child.</param>
    /// <param name="pidfd">The child's pidfd, in the parent.</param>
    /// <returns>0 in the child.</returns>
    public static int Clone(ulong namespaces, bool asSibling, out SafeFileHandle? pidfd)
    {
        OtherThreads.WaitUntilAtRest();
        int fd = -1;
        Native.CloneArguments arguments = new()
        {
            Flags = namespaces | Native.CLONE_PIDFD | (asSibling ? Native.CLONE_PARENT : 0),
            PidDescriptor = (ulong)&fd,
            // A sibling takes over the exit signal of its parent; naming one is an error.
            ExitSignal = asSibling ? 0u : Native.SIGCHLD,
        };
        int pid = Native.Clone3(&arguments);
        if (pid < 0) LinuxException.ThrowLast("clone3");
        pidfd = pid == 0 ? null : Descriptors.Own(fd);
        return pid;
    }

    /// <summary>_exit(2): ends this process without running anything of the runtime's.</summary>
    public static void Exit(int code) => Native._exit(code);

    /// <summary>Waits for a child by its pidfd and reaps it.</summary>
    /// <returns>Null when <paramref name="wait"/> is false and it still runs.</returns>
    /// <exception cref="LinuxException">ECHILD when it is no child of ours.</exception>
    public static ExitStatus? Wait(SafeFileHandle pidfd, bool wait = true)
    {
        Native.SignalInfo info = default;
        while (Native.waitid(Native.P_PIDFD, pidfd.Number(), &info, Native.WEXITED | (wait ? 0 : Native.WNOHANG)) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("waitid");
        }
        return info.Pid == 0 ? null : new ExitStatus(info.Status, info.Code != Native.CLD_EXITED);
    }

    /// <summary>The like for a child that was made by <see cref="Fork"/>.</summary>
    public static ExitStatus Wait(int pid)
    {
        Native.SignalInfo info = default;
        while (Native.waitid(Native.P_PID, pid, &info, Native.WEXITED) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("waitid", $"{pid}");
        }
        return new ExitStatus(info.Status, info.Code != Native.CLD_EXITED);
    }

    /// <summary>Reaps any child that has ended.</summary>
    /// <returns>Null when none has, or there is none.</returns>
    public static (int Pid, ExitStatus Status)? ReapAny()
    {
        Native.SignalInfo info = default;
        while (Native.waitid(Native.P_ALL, 0, &info, Native.WEXITED | Native.WNOHANG) < 0)
        {
            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR: continue;
                case Errno.ECHILD: return null;
                default: LinuxException.ThrowLast("waitid"); break;
            }
        }
        return info.Pid == 0 ? null : (info.Pid, new ExitStatus(info.Status, info.Code != Native.CLD_EXITED));
    }
}
