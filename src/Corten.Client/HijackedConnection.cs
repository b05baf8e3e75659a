using Corten.Client.Transport;
using Corten.EngineApi.Streams;

namespace Corten.Client;

/// <summary>A connection that stopped speaking HTTP: bytes both ways, each side closing its own direction.</summary>
public sealed class HijackedConnection : TwoWayStream
{
    private readonly EngineConnection connection;

    internal HijackedConnection(EngineConnection connection, string contentType)
    {
        this.connection = connection;
        ContentType = contentType;
    }

    /// <summary>Says whether what arrives is framed (multiplexed-stream) or raw.</summary>
    public string ContentType { get; }

    /// <summary>Ends our direction (the container's stdin); its output goes on arriving.</summary>
    public void CloseWrite() => connection.CloseWrite();

    /// <summary>Ends both directions and every call that waits on them.</summary>
    public void Abort() => connection.Abort();

    public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => connection.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => connection.Write(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }
        base.Dispose(disposing);
    }
}
