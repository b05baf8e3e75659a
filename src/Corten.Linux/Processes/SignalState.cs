using Corten.Linux.Interop;

namespace Corten.Linux.Processes;

/// <summary>Signal dispositions and the mask of this process.</summary>
public static unsafe class SignalState
{
    /// <summary>Everything as a new program expects it: no signal ignored, caught or blocked.</summary>
    public static void Reset()
    {
        Signals.KernelAction action = default;
        for (int signal = 1; signal <= Signals.Last; signal++)
        {
            if (signal is Signals.SIGKILL or Signals.SIGSTOP) continue;
            Signals.rt_sigaction(ArchitectureNumbers.NR_rt_sigaction, signal, &action, null, sizeof(ulong));
        }
        SetMask(0);
    }

    /// <summary>SIG_IGN for one signal. Ignoring SIGCHLD makes the kernel reap our children by itself.</summary>
    public static void Ignore(int signal) => Set(signal, Signals.SIG_IGN);

    public static void Default(int signal) => Set(signal, Signals.SIG_DFL);

    /// <summary>SIG_DFL for a signal that is ignored; what is caught stays so.</summary>
    public static void Unignore(int signal)
    {
        Signals.KernelAction action;
        if (Signals.rt_sigaction(ArchitectureNumbers.NR_rt_sigaction, signal, null, &action, sizeof(ulong)) < 0) LinuxException.ThrowLast("rt_sigaction", $"{signal}");
        if (action.Handler == Signals.SIG_IGN) Default(signal);
    }

    /// <summary>The mask of the calling thread; bit 0 is signal 1.</summary>
    public static ulong Mask()
    {
        ulong mask;
        if (Signals.rt_sigprocmask(ArchitectureNumbers.NR_rt_sigprocmask, Signals.SIG_SETMASK, null, &mask, sizeof(ulong)) < 0) LinuxException.ThrowLast("rt_sigprocmask");
        return mask;
    }

    /// <summary>Replaces the mask of the calling thread; bit 0 is signal 1.</summary>
    public static void SetMask(ulong mask)
    {
        if (Signals.rt_sigprocmask(ArchitectureNumbers.NR_rt_sigprocmask, Signals.SIG_SETMASK, &mask, null, sizeof(ulong)) < 0) LinuxException.ThrowLast("rt_sigprocmask");
    }

    private static void Set(int signal, nint handler)
    {
        Signals.KernelAction action = new() { Handler = handler };
        if (Signals.rt_sigaction(ArchitectureNumbers.NR_rt_sigaction, signal, &action, null, sizeof(ulong)) < 0) LinuxException.ThrowLast("rt_sigaction", $"{signal}");
    }
}
