using Corten.EngineApi.Streams;
using Corten.Linux;
using Corten.Linux.Sockets;

namespace Corten.Client.Transport;

/// <summary>
/// A unix socket by plain system calls. The first use of <see cref="System.Net.Sockets.Socket"/> starts a thread that waits for events, which a command that only
/// ever blocks would pay for at each run.
/// </summary>
internal sealed class UnixConnection(StreamSocket socket) : EngineConnection(new Bytes(socket))
{
    public override void CloseWrite() => socket.EndWriting();

    public override void Abort() => socket.Abort();

    public override void Dispose()
    {
        Stream.Dispose();
        socket.Dispose();
    }

    private sealed class Bytes(StreamSocket socket) : TwoWayStream
    {
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return socket.Receive(buffer);
            }
            catch (LinuxException failure)
            {
                throw new IOException($"Unable to read data from the transport connection: {failure.Message}.", failure);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                socket.Send(buffer);
            }
            catch (LinuxException failure)
            {
                throw new IOException($"Unable to write data to the transport connection: {failure.Message}.", failure);
            }
        }
    }
}
