using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>pidfd_open(2), pidfd_send_signal(2): a process by a descriptor, which no other process can take over as it can a number.</summary>
public static class Pidfd
{
    /// <returns>Null when there is no such process.</returns>
    public static SafeFileHandle? Open(int pid)
    {
        int fd = Native.PidfdOpen(pid);
        if (fd >= 0) return Descriptors.Own(fd);
        if ((Errno)Marshal.GetLastPInvokeError() is Errno.ESRCH or Errno.EINVAL) return null;
        throw LinuxException.Last("pidfd_open", $"{pid}");
    }

    /// <summary>The process, if it is still the one that started at <paramref name="startTime"/> (0: whichever it is).</summary>
    public static SafeFileHandle? Open(int pid, ulong startTime)
    {
        SafeFileHandle? pidfd = Open(pid);
        if (pidfd is null || startTime == 0 || ProcessStat.Read(pid)?.StartTime == startTime) return pidfd;
        pidfd.Dispose();
        return null;
    }

    /// <returns>False when the process has ended.</returns>
    public static bool Signal(SafeFileHandle pidfd, int signal)
    {
        if (Native.PidfdSendSignal(pidfd.Number(), signal) >= 0) return true;
        if ((Errno)Marshal.GetLastPInvokeError() == Errno.ESRCH) return false;
        throw LinuxException.Last("pidfd_send_signal");
    }
}
