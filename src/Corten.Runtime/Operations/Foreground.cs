using System.Runtime.InteropServices;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Operations;

/// <summary>
/// Staying with a process in the foreground: our signals are passed on to it, our terminal is joined to its own if it has one, and its end is ours.
/// </summary>
internal static class Foreground
{
    private const int QuietTime = 5;

    private static readonly int[] Forwarded = [SignalNumbers.Hangup, SignalNumbers.Interrupt, SignalNumbers.Quit, SignalNumbers.Terminate, 10, 12, SignalNumbers.Continue];

    /// <returns>The exit code: the process', or 128 + its signal.</returns>
    public static int Stay(SafeFileHandle pidfd, SafeFileHandle? console)
    {
        List<PosixSignalRegistration> registrations = [];
        byte[]? settings = null;
        try
        {
            // Most processes end before any signal comes; who lives longer than this pays for a signal thread.
            if (console is null && Readiness.Wait(pidfd, QuietTime)) return Child.Wait(pidfd)!.Value.Code;
            foreach (int signal in Forwarded) registrations.Add(Forward(signal, pidfd));
            if (console is not null)
            {
                settings = PseudoTerminal.MakeRaw(0);
                CopySize(console);
                registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => CopySize(console)));
                TerminalProxy.Run(console, pidfd);
            }
            return Child.Wait(pidfd)!.Value.Code;
        }
        finally
        {
            if (settings is not null) PseudoTerminal.Restore(0, settings);
            foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        }
    }

    private static PosixSignalRegistration Forward(int signal, SafeFileHandle pidfd) => PosixSignalRegistration.Create((PosixSignal)signal, context =>
    {
        context.Cancel = true;
        Pidfd.Signal(pidfd, signal);
    });

    private static void CopySize(SafeFileHandle console)
    {
        if (PseudoTerminal.Size(0) is { } size) PseudoTerminal.Resize(console, size.Height, size.Width);
    }
}
