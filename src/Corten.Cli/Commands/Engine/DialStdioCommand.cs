using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Engine;

/// <summary>Joins standard input and output with the engine's socket: the far end of an ssh connection.</summary>
internal static class DialStdioCommand
{
    public static Command Define() => new("", "Proxy the stdio stream to the daemon connection")
    {
        Max = 0,
        Run = Run,
        Paths = ["system dial-stdio"],
    };

    private static int Run(Invocation call)
    {
        using var connection = call.Engine.DialRaw();
        new Thread(() =>
        {
            try
            {
                call.Session.In.CopyTo(connection);
                connection.CloseWrite();
            }
            catch (IOException)
            {
                // The engine hung up; what it still sent goes on being copied.
            }
        }) { IsBackground = true }.Start();
        var buffer = new byte[32 << 10];
        int count;
        while ((count = connection.Read(buffer)) > 0)
        {
            call.Session.OutBytes.Write(buffer.AsSpan(0, count));
        }
        return 0;
    }
}
