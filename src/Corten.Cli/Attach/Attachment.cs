using Corten.Cli.Shell;
using Corten.Client;
using Corten.Linux;
using Corten.Linux.Terminals;

namespace Corten.Cli.Attach;

/// <summary>
/// Joins our standard streams with a hijacked connection: input on a thread of its own, output on the caller's. Output decides the end; input may
/// end earlier, which only closes the container's stdin.
/// </summary>
internal sealed class Attachment : IDisposable
{
    private const int BufferSize = 32 << 10;

    private readonly Session session;
    private readonly HijackedConnection connection;
    private readonly bool tty;
    private readonly DetachSequence? detach;
    private readonly RawTerminal? terminal;
    private volatile bool detached;

    /// <param name="session">Our streams.</param>
    /// <param name="connection">The container's; disposed with this.</param>
    /// <param name="tty">The container has a terminal: ours goes raw, and the detach keys count.</param>
    /// <param name="input">Whether our input goes to the container.</param>
    /// <param name="detachKeys">The keys that detach; empty for the default.</param>
    public Attachment(Session session, HijackedConnection connection, bool tty, bool input, string detachKeys)
    {
        this.session = session;
        this.connection = connection;
        this.tty = tty;
        if (!input)
        {
            return;
        }
        if (tty)
        {
            detach = DetachSequence.Parse(detachKeys);
            terminal = RawTerminal.Enter();
        }
        new Thread(CopyInput) { IsBackground = true, Name = "stdin" }.Start();
    }

    /// <summary>A container with a terminal needs one on our side, or its input could not be typed.</summary>
    public static void CheckTerminal(bool input, bool tty)
    {
        if (input && tty && !TerminalMode.IsTerminal(0))
        {
            throw new CommandException("the input device is not a TTY");
        }
    }

    /// <summary>Copies output until it ends.</summary>
    /// <returns>False when the user detached instead.</returns>
    public bool Run(bool output, bool errors)
    {
        session.Flush();
        try
        {
            OutputCopy.Run(connection, framed: !tty, output ? session.OutBytes : null, errors ? session.ErrBytes : null);
        }
        catch (IOException) when (detached)
        {
            return false;
        }
        return !detached;
    }

    public void Dispose()
    {
        terminal?.Dispose();
        connection.Dispose();
    }

    private void CopyInput()
    {
        var read = new byte[BufferSize];
        var pass = new byte[BufferSize + 256];
        try
        {
            int count;
            while ((count = session.In.Read(read)) > 0)
            {
                if (detach is null)
                {
                    connection.Write(read.AsSpan(0, count));
                    continue;
                }
                var leave = detach.Filter(read.AsSpan(0, count), pass, out var length);
                connection.Write(pass.AsSpan(0, length));
                if (leave)
                {
                    detached = true;
                    connection.Abort();
                    return;
                }
            }
            connection.CloseWrite();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or LinuxException)
        {
            // The container took no more input, or the connection is closed: its output decides what happens.
        }
    }
}
