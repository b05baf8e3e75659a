using Corten.Client.Transport;

namespace Corten.Client;

/// <summary>A connection that stopped speaking HTTP: bytes both ways, each side closing its own direction.</summary>
public sealed class HijackedConnection : Stream
{
    private readonly EngineConnection connection;

    internal HijackedConnection(EngineConnection connection, string contentType)
    {
        this.connection = connection;
        ContentType = contentType;
    }

    /// <summary>Says whether what arrives is framed (multiplexed-stream) or raw.</summary>
    public string ContentType { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Ends our direction (the container's stdin); its output goes on arriving.</summary>
    public void CloseWrite() => connection.CloseWrite();

    /// <summary>Ends both directions and every call that waits on them.</summary>
    public void Abort() => connection.Abort();

    public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => connection.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => connection.Write(buffer);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }
        base.Dispose(disposing);
    }
}
