using System.Runtime.InteropServices;
using Corten.Linux.Processes;

namespace Corten.Networks.Attendant;

/// <summary>The attendant as a process: <c>cortend network-attendant SOCKET</c>.</summary>
public static class AttendantProgram
{
    public const string Verb = "network-attendant";

    public static async Task<int> RunAsync(string socketPath)
    {
        // What is sent to the daemon's terminal or process group is not meant for it.
        Credentials.NewSession();
        PosixSignal[] ignored = [PosixSignal.SIGHUP, PosixSignal.SIGINT];
        var registrations = ignored.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true)).ToList();
        using var server = AttendantServer.Start(socketPath);
        await server.Ended.ConfigureAwait(false);
        registrations.ForEach(r => r.Dispose());
        return 0;
    }
}
