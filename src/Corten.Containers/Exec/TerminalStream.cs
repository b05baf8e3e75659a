using System.Net.Sockets;
using Corten.EngineApi.Streams;
using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Exec;

/// <summary>
/// A terminal's master (pts(4)) as a stream. The runtime's socket engine can wait for any descriptor that epoll can. When the last program on the
/// other side is gone the kernel answers EIO, which here is the end of the stream.
/// </summary>
internal sealed class TerminalStream(SafeFileHandle master) : AsynchronousStream
{
    private readonly Socket _socket = PipeStreams.Socket(Descriptor.Duplicate(master.Number()));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (buffer.Length > 0)
            {
                buffer = buffer[await _socket.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (SocketException e)
        {
            throw new IOException("the terminal is gone", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _socket.Dispose();
        }

        base.Dispose(disposing);
    }
}
