using System.Buffers;
using System.Text;

namespace Corten.EngineApi.Http2;

/// <summary>Reads and writes header blocks (RFC 7541). Ours are never packed and never remembered, which every reader understands.</summary>
public sealed class HeaderBlock
{
    /// <summary>What the other side may make us remember: the protocol's own default, which we never raise.</summary>
    private const int TableSize = 4096;
    private const int EntryOverhead = 32;

    /// <summary>Bytes of a block that is read.</summary>
    public const int MaxBlock = 1 << 20;

    private const int LongestNumber = 6;

    private static readonly Header[] Static =
    [
        new(":authority", ""), new(":method", "GET"), new(":method", "POST"), new(":path", "/"), new(":path", "/index.html"), new(":scheme", "http"),
        new(":scheme", "https"), new(":status", "200"), new(":status", "204"), new(":status", "206"), new(":status", "304"), new(":status", "400"),
        new(":status", "404"), new(":status", "500"), new("accept-charset", ""), new("accept-encoding", "gzip, deflate"), new("accept-language", ""),
        new("accept-ranges", ""), new("accept", ""), new("access-control-allow-origin", ""), new("age", ""), new("allow", ""), new("authorization", ""),
        new("cache-control", ""), new("content-disposition", ""), new("content-encoding", ""), new("content-language", ""), new("content-length", ""),
        new("content-location", ""), new("content-range", ""), new("content-type", ""), new("cookie", ""), new("date", ""), new("etag", ""), new("expect", ""),
        new("expires", ""), new("from", ""), new("host", ""), new("if-match", ""), new("if-modified-since", ""), new("if-none-match", ""), new("if-range", ""),
        new("if-unmodified-since", ""), new("last-modified", ""), new("link", ""), new("location", ""), new("max-forwards", ""), new("proxy-authenticate", ""),
        new("proxy-authorization", ""), new("range", ""), new("referer", ""), new("refresh", ""), new("retry-after", ""), new("server", ""), new("set-cookie", ""),
        new("strict-transport-security", ""), new("transfer-encoding", ""), new("user-agent", ""), new("vary", ""), new("via", ""), new("www-authenticate", ""),
    ];

    private readonly List<Header> remembered = [];
    private int size;
    private int limit = TableSize;

    /// <summary>Appends headers to a block, in order; a name may come more than once.</summary>
    public static void Write(IBufferWriter<byte> block, IEnumerable<Header> headers)
    {
        foreach (var (name, value) in headers)
        {
            WriteNumber(block, 0, 4);
            WriteText(block, name);
            WriteText(block, value);
        }
    }

    /// <exception cref="InvalidDataException">It is no header block.</exception>
    public List<Header> Read(ReadOnlySpan<byte> block)
    {
        if (block.Length > MaxBlock)
        {
            throw new InvalidDataException("a header block is too large");
        }
        var headers = new List<Header>();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                headers.Add(At(ReadNumber(ref block, 7)));
            }
            else if ((first & 0xE0) == 0x20)
            {
                var wanted = ReadNumber(ref block, 5);
                limit = wanted <= TableSize ? wanted : throw new InvalidDataException("the header table grew beyond what was allowed");
                Evict(0);
            }
            else
            {
                var keep = (first & 0x40) != 0;
                var index = ReadNumber(ref block, keep ? 6 : 4);
                var name = index == 0 ? ReadText(ref block) : At(index).Name;
                var header = new Header(name, ReadText(ref block));
                headers.Add(header);
                if (keep)
                {
                    Remember(header);
                }
            }
        }
        return headers;
    }

    private Header At(int index) =>
        index >= 1 && index <= Static.Length ? Static[index - 1]
        : index > Static.Length && index - Static.Length <= remembered.Count ? remembered[^(index - Static.Length)]
        : throw new InvalidDataException($"a header of number {index}, which there is not");

    private void Remember(Header header)
    {
        var length = Length(header);
        Evict(length);
        if (length <= limit)
        {
            remembered.Add(header);
            size += length;
        }
    }

    private void Evict(int room)
    {
        while (remembered.Count > 0 && size + room > limit)
        {
            size -= Length(remembered[0]);
            remembered.RemoveAt(0);
        }
    }

    private static int Length(Header header) => Encoding.UTF8.GetByteCount(header.Name) + Encoding.UTF8.GetByteCount(header.Value) + EntryOverhead;

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int bits)
    {
        var most = (1 << bits) - 1;
        var number = Take(ref block) & most;
        if (number < most)
        {
            return number;
        }
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var octet = Take(ref block);
            number += (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0)
            {
                return number;
            }
        }
        throw new InvalidDataException("a number in a header block is too large");
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        var packed = !block.IsEmpty && (block[0] & 0x80) != 0;
        var length = ReadNumber(ref block, 7);
        if (length > block.Length)
        {
            throw new InvalidDataException("a header block ends within a text");
        }
        var text = block[..length];
        block = block[length..];
        return Encoding.UTF8.GetString(packed ? HuffmanCode.Decode(text) : text);
    }

    private static byte Take(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw new InvalidDataException("a header block ends within a number");
        }
        var octet = block[0];
        block = block[1..];
        return octet;
    }

    private static void WriteText(IBufferWriter<byte> block, string text)
    {
        WriteNumber(block, Encoding.UTF8.GetByteCount(text), 7);
        Encoding.UTF8.GetBytes(text, block);
    }

    private static void WriteNumber(IBufferWriter<byte> block, int number, int bits)
    {
        var target = block.GetSpan(LongestNumber);
        var most = (1 << bits) - 1;
        var length = 0;
        if (number < most)
        {
            target[length++] = (byte)number;
        }
        else
        {
            target[length++] = (byte)most;
            for (number -= most; number >= 0x80; number >>= 7)
            {
                target[length++] = (byte)(number | 0x80);
            }
            target[length++] = (byte)number;
        }
        block.Advance(length);
    }
}
