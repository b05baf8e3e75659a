using System.Runtime.InteropServices;
using Corten.Client;
using Corten.Linux.Terminals;
using Corten.Oci.Errors;

namespace Corten.Cli.Attach;

/// <summary>Tells the engine the size of our terminal, now if asked, and whenever it changes (SIGWINCH).</summary>
internal sealed class WindowResizer : IDisposable
{
    private readonly EngineClient engine;
    private readonly string path;
    private readonly PosixSignalRegistration registration;

    /// <param name="engine">Where the requests go.</param>
    /// <param name="path">The resize endpoint: <c>/containers/ID/resize</c> or <c>/exec/ID/resize</c>.</param>
    public WindowResizer(EngineClient engine, string path)
    {
        this.engine = engine;
        this.path = path;
        registration = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Send());
    }

    /// <param name="extraRows">Attaching asks for a wrong size first, so that the program draws itself anew.</param>
    public void Send(int extraRows = 0)
    {
        if (TerminalSize.Of(1) is not { } size)
        {
            return;
        }
        try
        {
            engine.Do("POST", new Query(path).Add("h", $"{size.Rows + extraRows}").Add("w", $"{size.Columns}").ToString());
        }
        catch (CortenException)
        {
            // The process may have ended meanwhile; its output says so soon enough.
        }
    }

    public void Dispose() => registration.Dispose();
}
