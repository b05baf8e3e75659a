using System.Net.Sockets;

namespace Corten.Client.Transport;

/// <summary>
/// One byte connection to a daemon. Reading is buffered, so that what follows a response head is not lost; writing is not.
/// Calls block: a command does one thing at a time, and where bytes flow both ways at once each direction has a thread.
/// </summary>
internal abstract class EngineConnection(Stream stream) : IDisposable
{
    private readonly byte[] buffer = new byte[16 << 10];
    private int start;
    private int end;

    public Stream Stream { get; } = stream;

    /// <summary>Whether a response was ever read from it; a second request may then find it closed by the other side.</summary>
    public bool Used { get; set; }

    public bool Buffered => start < end;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Stream.Write(bytes);
        Stream.Flush();
    }

    /// <returns>0 at the end of the stream.</returns>
    public int Read(Span<byte> destination)
    {
        if (start == end)
        {
            if (destination.Length >= buffer.Length)
            {
                return Stream.Read(destination);
            }
            if (!Fill())
            {
                return 0;
            }
        }
        var count = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(destination);
        start += count;
        return count;
    }

    /// <returns>The next byte, or -1 at the end of the stream.</returns>
    public int ReadByte() => start < end || Fill() ? buffer[start++] : -1;

    /// <summary>Tells the other side that nothing more will be written; reading goes on.</summary>
    public abstract void CloseWrite();

    /// <summary>Ends every call that waits on the connection, from any thread.</summary>
    public abstract void Abort();

    public abstract void Dispose();

    private bool Fill()
    {
        start = 0;
        end = Stream.Read(buffer);
        return end > 0;
    }
}

/// <summary>A TCP socket, or TLS on it.</summary>
internal sealed class SocketConnection(Socket socket, Stream stream) : EngineConnection(stream)
{
    public override void CloseWrite()
    {
        if (Stream is System.Net.Security.SslStream secure)
        {
            secure.ShutdownAsync().GetAwaiter().GetResult();
            return;
        }
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side is gone already: reading will say so.
        }
    }

    public override void Abort()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Closed already, which is what was wanted.
        }
    }

    public override void Dispose()
    {
        Stream.Dispose();
        socket.Dispose();
    }
}
