using Corten.Build.BuildKit.Protocol.Control;
using Google.Protobuf;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>
/// A client's session within a call: each message is some bytes of the connection, of either direction. Clients that build several targets at once open the session
/// that these share so.
/// </summary>
/// <param name="incoming">Read by one reader at a time.</param>
/// <param name="outgoing">Written by one writer at a time.</param>
public sealed class CarriedStream(IAsyncStreamReader<BytesMessage> incoming, IServerStreamWriter<BytesMessage> outgoing) : Stream
{
    /// <summary>Bytes that a message carries at most: clients refuse long ones.</summary>
    private const int Chunk = 1 << 20;

    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!await incoming.MoveNext(cancellationToken))
            {
                return 0;
            }

            _rest = incoming.Current.Data.Memory;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (; !buffer.IsEmpty; buffer = buffer[Math.Min(Chunk, buffer.Length)..])
        {
            await outgoing.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(buffer.Span[..Math.Min(Chunk, buffer.Length)]) }, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Every message is on its way once it is written.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
