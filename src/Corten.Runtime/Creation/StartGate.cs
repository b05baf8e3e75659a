using Corten.Linux;
using Corten.Linux.Sockets;

namespace Corten.Runtime.Creation;

/// <summary>
/// Where a created init waits to be started: a listening socket in the container's state folder. <c>start</c> connects and sends a byte; the connection
/// closes when the program is executed, or brings the failure.
/// </summary>
internal sealed class StartGate(SeqpacketListener listener) : IDisposable
{
    public const string FileName = "start.sock";

    public static StartGate Create(string stateFolder) => new(SeqpacketListener.Bind(Path.Combine(stateFolder, FileName), backlog: 1));

    /// <summary>In init: waits for the start.</summary>
    /// <returns>The connection on which to report.</returns>
    public InitChannel Wait()
    {
        Span<byte> word = stackalloc byte[1];
        while (true)
        {
            SeqpacketSocket caller = listener.Accept()!;
            if (caller.Receive(word) == 1) return new InitChannel(caller);
            caller.Dispose();
        }
    }

    /// <summary>In <c>start</c>: opens the gate and waits for the program to run.</summary>
    /// <exception cref="StepException">Why it does not.</exception>
    public static void Open(string stateFolder)
    {
        using SeqpacketSocket socket = SeqpacketSocket.Connect(Path.Combine(stateFolder, FileName));
        socket.Send([1]);
        using var channel = new InitChannel(socket);
        if (channel.Receive() is { } message) throw new StepException("start", Errno.EPROTO, $"unexpected message {message.Kind} from init");
    }

    public void Dispose() => listener.Dispose();
}
