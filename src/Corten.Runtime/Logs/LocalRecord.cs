using System.Buffers.Binary;
using Corten.Runtime.Monitoring;

namespace Corten.Runtime.Logs;

/// <summary>
/// One record of the <c>local</c> driver, laid out as Docker's: its length in four bytes, big-endian, a protocol buffer with source (1), time in nanoseconds (2),
/// line (3) and, for a line that goes on, a mark (4), and the length again, so that a log can be read from either end. Bytes stay as they came.
/// </summary>
internal sealed class LocalRecord : IRecordFormat
{
    private const byte Source = 0x0A, TimeNano = 0x10, Line = 0x1A, Partial = 0x20;

    /// <summary>Two lengths, four tags, the stream's name, a time and a line's length of ten bytes each.</summary>
    public int MaxLength(int line) => line + 64;

    public int Write(Span<byte> into, ReadOnlySpan<byte> line, bool complete, OutputStream stream, DateTime time)
    {
        int at = sizeof(uint);
        at = Bytes(into, at, Source, stream == OutputStream.Stdout ? "stdout"u8 : "stderr"u8);
        into[at++] = TimeNano;
        at = Number(into, at, (ulong)(time - DateTime.UnixEpoch).Ticks * 100);
        at = Bytes(into, at, Line, line);
        if (!complete)
        {
            into[at++] = Partial;
            into[at++] = 1;
        }
        uint length = (uint)(at - sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(into, length);
        BinaryPrimitives.WriteUInt32BigEndian(into[at..], length);
        return at + sizeof(uint);
    }

    private static int Bytes(Span<byte> into, int at, byte tag, ReadOnlySpan<byte> value)
    {
        into[at++] = tag;
        at = Number(into, at, (ulong)value.Length);
        value.CopyTo(into[at..]);
        return at + value.Length;
    }

    private static int Number(Span<byte> into, int at, ulong value)
    {
        for (; value > 0x7F; value >>= 7) into[at++] = (byte)(value | 0x80);
        into[at++] = (byte)value;
        return at;
    }
}
