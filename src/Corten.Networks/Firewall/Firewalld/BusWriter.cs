using System.Buffers.Binary;
using System.Text;

namespace Corten.Networks.Firewall.Firewalld;

/// <summary>Values in D-Bus's wire format (the D-Bus Specification, "Marshaling"), least significant byte first.</summary>
internal sealed class BusWriter
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public BusWriter Align(int boundary)
    {
        Take((boundary - (Length % boundary)) % boundary).Clear();
        return this;
    }

    public BusWriter Byte(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    public BusWriter UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
        return this;
    }

    /// <summary>A string or an object path.</summary>
    public BusWriter String(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)count);
        Encoding.UTF8.GetBytes(value, Take(count + 1));
        _bytes[Length - 1] = 0;
        return this;
    }

    public BusWriter Signature(string value)
    {
        Byte((byte)value.Length);
        Encoding.ASCII.GetBytes(value, Take(value.Length + 1));
        _bytes[Length - 1] = 0;
        return this;
    }

    /// <summary>An array: its length in bytes, which does not count the padding before its first element.</summary>
    public BusWriter Array(int alignment, Action<BusWriter> elements)
    {
        UInt32(0);
        var place = Length - 4;
        Align(alignment);
        var start = Length;
        elements(this);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(place), (uint)(Length - start));
        return this;
    }

    /// <summary>An entry of <c>a{sv}</c> whose value is a string.</summary>
    public BusWriter Entry(string key, string value)
    {
        Align(8).String(key).Signature("s").String(value);
        return this;
    }

    /// <summary>An entry of <c>a{sv}</c> whose value is a list of strings.</summary>
    public BusWriter Entry(string key, params IEnumerable<string> values)
    {
        Align(8).String(key).Signature("as").Array(4, list =>
        {
            foreach (var value in values)
            {
                list.String(value);
            }
        });
        return this;
    }

    public BusWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return this;
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
        {
            System.Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
