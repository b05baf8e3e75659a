using System.Buffers.Binary;
using System.Text;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Net;

/// <summary>
/// Netlink messages that are sent in one call. Host byte order, which on every machine this runs on is little-endian; netfilter's integers
/// are big-endian and have methods of their own. Not safe for several threads.
/// </summary>
public class NetlinkBatch
{
    private readonly List<string> _names = [];
    private byte[] _buffer = new byte[1024];
    private int _length;
    private int _message = -1;

    /// <summary>What each message that asks for an acknowledgement does, for errors; the sequence number is the place in this list plus one.</summary>
    internal IReadOnlyList<string> Names => _names;

    public bool IsEmpty => _length == 0;

    /// <summary>The finished bytes.</summary>
    internal ReadOnlySpan<byte> Finish()
    {
        EndMessage();
        return _buffer.AsSpan(0, _length);
    }

    public void Clear()
    {
        _names.Clear();
        _length = 0;
        _message = -1;
    }

    /// <summary>Starts a message; its attributes follow. The name says what it does, for the error when it fails: <c>RTM_NEWLINK veth1</c>.</summary>
    protected internal void Message(string name, ushort type, ushort flags, ReadOnlySpan<byte> header)
    {
        EndMessage();
        _message = _length;
        if ((flags & NLM_F_ACK) != 0)
        {
            _names.Add(name);
        }
        var head = Grow(HeaderSize + header.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)(flags | NLM_F_REQUEST));
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], (flags & NLM_F_ACK) != 0 ? _names.Count : 0);
        header.CopyTo(head[HeaderSize..]);
    }

    protected internal void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var span = Grow(4 + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], type);
        value.CopyTo(span[4..]);
    }

    protected internal void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Attribute(type, bytes);
    }

    protected internal void Attribute(ushort type, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        Attribute(type, bytes);
    }

    protected internal void Attribute(ushort type, byte value) => Attribute(type, [value]);

    /// <summary>A string with its terminating zero.</summary>
    protected internal void Attribute(ushort type, string value)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(value.Length) + 1];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        bytes[length] = 0;
        Attribute(type, bytes[..(length + 1)]);
    }

    /// <summary>Opens a nested attribute; give what it returns to <see cref="Close"/>.</summary>
    protected internal int Open(ushort type, bool flagged = true)
    {
        var mark = _length;
        BinaryPrimitives.WriteUInt16LittleEndian(Grow(4)[2..], (ushort)(flagged ? type | NLA_F_NESTED : type));
        return mark;
    }

    protected internal void Close(int mark) => BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(mark), (ushort)(_length - mark));

    /// <summary>A structure inside an attribute, without a header of its own.</summary>
    protected internal void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Grow(value.Length));

    private void EndMessage()
    {
        if (_message >= 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_message), _length - _message);
            _message = -1;
        }
    }

    /// <summary>Room for so many bytes, all zero, with the length rounded up to 4.</summary>
    private Span<byte> Grow(int count)
    {
        var start = _length;
        var end = start + ((count + 3) & ~3);
        if (end > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(end, _buffer.Length * 2));
        }
        _buffer.AsSpan(start, end - start).Clear();
        _length = end;
        return _buffer.AsSpan(start, count);
    }
}
