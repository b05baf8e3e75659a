using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>Process groups, and who has the terminal.</summary>
public static unsafe class ProcessGroup
{
    private const int TIOCSPGRP = 0x5410;

    /// <summary>setpgid(2): the calling process leads a group of its own. A session's leader does already.</summary>
    public static void Lead()
    {
        if (Native.setpgid(0, 0) < 0) LinuxException.ThrowLast("setpgid");
    }

    /// <summary>tcsetpgrp(3): the caller's group gets the terminal on stdin, if there is one that is the session's. SIGTTOU has to be blocked.</summary>
    public static void TakeTerminal()
    {
        int group = Native.getpid();
        Interop.Terminals.ioctl(0, TIOCSPGRP, &group);
    }

    /// <summary>kill(2), to a process or, with a negative number, to a group; one that is gone needs none.</summary>
    public static void Signal(int pid, int signal) => Native.kill(pid, signal);
}
