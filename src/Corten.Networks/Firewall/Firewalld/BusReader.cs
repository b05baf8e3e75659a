using System.Buffers.Binary;
using System.Text;

namespace Corten.Networks.Firewall.Firewalld;

/// <summary>Reads what <see cref="BusWriter"/> writes. What does not fit is an <see cref="InvalidDataException"/>.</summary>
internal ref struct BusReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public void Align(int boundary) => Take((boundary - (Position % boundary)) % boundary);

    public byte Byte() => Take(1)[0];

    public uint UInt32()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    public string String()
    {
        var length = UInt32();
        return Encoding.UTF8.GetString(Take(length <= int.MaxValue - 1 ? (int)length + 1 : int.MaxValue)[..^1]);
    }

    public string Signature() => Encoding.ASCII.GetString(Take(Byte() + 1)[..^1]);

    public List<string> Strings()
    {
        var length = UInt32();
        var end = Position + (long)length;
        var found = new List<string>();
        while (Position < end)
        {
            found.Add(String());
        }
        return found;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw new InvalidDataException("a message of the system bus ends too early");
        }
        Position += count;
        return _bytes.Slice(Position - count, count);
    }
}
