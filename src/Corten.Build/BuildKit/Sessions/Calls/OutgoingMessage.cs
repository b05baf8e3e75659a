using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

/// <summary>A message as it goes on the wire: one octet that says it is not compressed, its length, and itself. The room is used again for the next one.</summary>
internal sealed class OutgoingMessage : SerializationContext, IBufferWriter<byte>
{
    /// <summary>Octets before the message.</summary>
    public const int Prefix = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Valid until the next message.</summary>
    public ReadOnlyMemory<byte> Write<T>(T message, Marshaller<T> marshaller)
    {
        _bytes.ResetWrittenCount();
        _bytes.GetSpan(Prefix)[..Prefix].Clear();
        _bytes.Advance(Prefix);
        marshaller.ContextualSerializer(message, this);
        // The buffer is our own, so that what was written may be amended.
        var whole = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_bytes.WrittenMemory);
        BinaryPrimitives.WriteInt32BigEndian(whole.Span[1..], whole.Length - Prefix);
        return whole;
    }

    public override void Complete(byte[] payload) => _bytes.Write(payload);

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete()
    {
    }

    public override void SetPayloadLength(int payloadLength) => _bytes.GetSpan(Math.Max(payloadLength, 1));

    void IBufferWriter<byte>.Advance(int count) => _bytes.Advance(count);

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _bytes.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _bytes.GetSpan(sizeHint);
}
