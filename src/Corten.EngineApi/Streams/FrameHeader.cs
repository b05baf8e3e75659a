using System.Buffers.Binary;

namespace Corten.EngineApi.Streams;

/// <summary>
/// The eight bytes before each piece of output of a container without a terminal: stream, three zeroes, length as a big-endian 32-bit number
/// (Engine API, "Attach to a container": stream format).
/// </summary>
public readonly record struct FrameHeader(StdStream Stream, int Length)
{
    public const int Size = 8;

    /// <summary>No engine sends longer frames; a greater length is taken for a stream that is not framed.</summary>
    public const int MaxLength = 64 << 20;

    /// <summary>Writes the header to the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Stream << 24);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], Length);
    }

    /// <exception cref="InvalidDataException">An unknown stream, or a length beyond <see cref="MaxLength"/>.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        var stream = source[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        if (stream > (byte)StdStream.SystemError)
        {
            throw new InvalidDataException($"Unrecognized input header: {stream}");
        }

        if (length > MaxLength)
        {
            throw new InvalidDataException($"stream frame of {length} bytes is longer than the {MaxLength} that are accepted");
        }

        return new FrameHeader((StdStream)stream, (int)length);
    }
}
