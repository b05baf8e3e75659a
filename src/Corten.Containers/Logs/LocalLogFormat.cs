using System.Buffers.Binary;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Logs;

/// <summary>
/// The <c>local</c> driver's log, as Docker lays it out: a record's length in four bytes, big-endian, a protocol buffer with source (1), time in nanoseconds (2),
/// line (3) and a mark for a line that goes on (4), and the length again.
/// </summary>
internal sealed class LocalLogFormat : LogFormat
{
    private const int LengthSize = sizeof(uint);

    /// <summary>A field's number and wire type, as its tag has them.</summary>
    private const ulong Source = 0x0A, TimeNano = 0x10, Line = 0x1A, Partial = 0x20;

    /// <summary>A length that can't be one ends the file: nothing behind it can be found. The monitor cuts such an end off before it goes on.</summary>
    public override bool TryCut(ReadOnlySpan<byte> data, int searched, out int start, out int length, out int next)
    {
        (start, length, next) = (LengthSize, 0, 0);
        if (data.Length < LengthSize)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(data);
        if (size > Longest)
        {
            return false;
        }

        length = (int)size;
        next = (2 * LengthSize) + length;
        return data.Length >= next;
    }

    public override bool TryParse(ReadOnlySpan<byte> record, LogLine line)
    {
        line.Clear();
        var partial = false;
        while (record.Length > 0)
        {
            if (!TryNumber(ref record, out var tag) || !TryNumber(ref record, out var value))
            {
                return false;
            }

            var bytes = default(ReadOnlySpan<byte>);
            if ((tag & 7) == 2)
            {
                if (value > (ulong)record.Length)
                {
                    return false;
                }

                bytes = record[..(int)value];
                record = record[(int)value..];
            }

            switch (tag)
            {
                case Source: line.Stream = bytes.SequenceEqual("stderr"u8) ? StdStream.Stderr : StdStream.Stdout; break;
                case TimeNano: line.TimeNano = (long)value; break;
                case Line: line.Append(bytes); break;
                case Partial: partial = value != 0; break;
            }
        }

        if (!partial)
        {
            line.Append("\n"u8);
        }

        return true;
    }

    /// <summary>Goes back from the end, by the length behind each record.</summary>
    public override long? FindTail(LogFile file, long records)
    {
        var at = file.Length;
        Span<byte> length = stackalloc byte[LengthSize];
        for (; records > 0 && at > 0; records--)
        {
            if (at < 2 * LengthSize || file.Read(length, at - LengthSize) < LengthSize)
            {
                return null;
            }

            at -= (2 * LengthSize) + (long)BinaryPrimitives.ReadUInt32BigEndian(length);
            if (at < 0)
            {
                return null;
            }
        }

        return records == 0 ? at : null;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (from.Length == 0)
            {
                return false;
            }

            var part = from[0];
            from = from[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
