using System.Buffers.Binary;
using System.Text;

namespace Corten.Cli.Commands.Builder.Keys;

/// <summary>Reads what ssh's formats are made of (RFC 4251, section 5).</summary>
internal ref struct SshReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public byte Byte() => Take(1)[0];

    /// <summary>Bytes with their length before them; also a number of any size (mpint), big-endian.</summary>
    public ReadOnlySpan<byte> Bytes() => Number() is var length && length <= (uint)rest.Length ? Take((int)length) : throw new FormatException("it ends too early");

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new FormatException("it ends too early");
        }
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}

/// <summary>Writes the same.</summary>
internal sealed class SshWriter
{
    private readonly MemoryStream bytes = new();

    public SshWriter Number(uint value)
    {
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(buffer, value);
        bytes.Write(buffer);
        return this;
    }

    public SshWriter Byte(byte value)
    {
        bytes.WriteByte(value);
        return this;
    }

    public SshWriter Bytes(ReadOnlySpan<byte> value)
    {
        Number((uint)value.Length);
        bytes.Write(value);
        return this;
    }

    public SshWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A number of any size that is not negative, given big-endian: without zeros before it, but one where it would look negative.</summary>
    public SshWriter Positive(ReadOnlySpan<byte> value)
    {
        var trimmed = value.TrimStart((byte)0);
        if (trimmed is [>= 0x80, ..])
        {
            Number((uint)trimmed.Length + 1).Byte(0);
            bytes.Write(trimmed);
            return this;
        }
        return Bytes(trimmed);
    }

    public byte[] Finish() => bytes.ToArray();
}
