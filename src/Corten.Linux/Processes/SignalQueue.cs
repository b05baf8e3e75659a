using System.Runtime.InteropServices;
using Corten.Linux.Interop;

namespace Corten.Linux.Processes;

/// <summary>
/// Signals that are blocked, one after the other. They have to be blocked in every thread of the process. By rt_sigtimedwait(2), which, other than signalfd(2), needs
/// no descriptor: a container's limit of open files may leave none.
/// </summary>
public static unsafe class SignalQueue
{
    /// <summary>Waits for the next one.</summary>
    /// <param name="mask">The signals that count; bit 0 is signal 1.</param>
    public static int Next(ulong mask)
    {
        while (true)
        {
            nint signal = Signals.rt_sigtimedwait(ArchitectureNumbers.NR_rt_sigtimedwait, &mask, null, null, sizeof(ulong));
            if (signal > 0) return (int)signal;
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("rt_sigtimedwait");
        }
    }
}
