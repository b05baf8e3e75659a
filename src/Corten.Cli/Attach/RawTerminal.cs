using System.Runtime.InteropServices;
using Corten.Linux.Terminals;

namespace Corten.Cli.Attach;

/// <summary>
/// Standard input's terminal in raw mode for as long as this lives. It is put back at the end, on an exception, at process exit, and on the
/// signals that would end the process.
/// </summary>
internal sealed class RawTerminal : IDisposable
{
    private static readonly PosixSignal[] Deadly = [PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT, PosixSignal.SIGINT];

    private readonly TerminalMode mode;
    private readonly EventHandler onExit;
    private readonly List<PosixSignalRegistration> registrations;
    private bool restored;

    private RawTerminal(TerminalMode mode)
    {
        this.mode = mode;
        onExit = (_, _) => Restore();
        AppDomain.CurrentDomain.ProcessExit += onExit;
        registrations = [.. Deadly.Select(signal => PosixSignalRegistration.Create(signal, _ => Restore()))];
        mode.SetRaw();
    }

    /// <returns>Null when standard input is no terminal.</returns>
    public static RawTerminal? Enter() => TerminalMode.IsTerminal(0) ? new RawTerminal(TerminalMode.Save(0)) : null;

    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= onExit;
        registrations.ForEach(static registration => registration.Dispose());
    }

    private void Restore()
    {
        if (restored)
        {
            return;
        }
        restored = true;
        try
        {
            mode.Restore();
        }
        catch (Corten.Linux.LinuxException)
        {
            // The terminal itself is gone.
        }
    }
}
