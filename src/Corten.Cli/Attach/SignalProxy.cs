using System.Runtime.InteropServices;
using Corten.Client;
using Corten.Oci.Errors;

namespace Corten.Cli.Attach;

/// <summary>Passes the signals that we receive on to the container's process, instead of dying of them.</summary>
internal sealed class SignalProxy : IDisposable
{
    /// <summary>Those that a user or a supervisor sends; their numbers are the same on x86-64 and arm64.</summary>
    private static readonly (int Number, string Name)[] Signals =
    [
        (1, "HUP"), (2, "INT"), (3, "QUIT"), (10, "USR1"), (12, "USR2"), (14, "ALRM"), (15, "TERM"), (18, "CONT"),
    ];

    private readonly List<PosixSignalRegistration> registrations;

    public SignalProxy(EngineClient engine, string container)
    {
        registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create((PosixSignal)signal.Number, context =>
        {
            context.Cancel = true;
            try
            {
                engine.Do("POST", new Query($"/containers/{container}/kill").Add("signal", signal.Name).ToString());
            }
            catch (CortenException)
            {
                // The container has ended, which is what was wanted.
            }
        }))];
    }

    public void Dispose() => registrations.ForEach(static registration => registration.Dispose());
}
