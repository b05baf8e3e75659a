namespace Corten.EngineApi.Http2;

/// <summary>The code that header texts may be packed with (RFC 7541, 5.2 and appendix B). It is canonical, so that the lengths say everything.</summary>
public static class HuffmanCode
{
    private const int Longest = 30;

    private static readonly byte[] Lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    ];

    /// <summary>By length: the first code of that length, and where its letters begin in <see cref="Letters"/>.</summary>
    private static readonly (uint First, int Count, int Start)[] Ranges = new (uint, int, int)[Longest + 1];

    private static readonly byte[] Letters = new byte[256];

    static HuffmanCode()
    {
        var (code, next) = (0u, 0);
        for (var length = 1; length <= Longest; length++)
        {
            code <<= 1;
            var start = next;
            for (var letter = 0; letter < Lengths.Length; letter++)
            {
                if (Lengths[letter] == length)
                {
                    Letters[next++] = (byte)letter;
                }
            }
            Ranges[length] = (code, next - start, start);
            code += (uint)(next - start);
        }
    }

    /// <exception cref="InvalidDataException">It is no such code, or its padding is not the beginning of the end sign.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> packed)
    {
        var text = new MemoryStream(packed.Length * 2);
        var (code, length) = (0u, 0);
        foreach (var octet in packed)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | (uint)((octet >> bit) & 1);
                if (++length > Longest)
                {
                    throw new InvalidDataException("a header's text is not in HPACK's code");
                }
                var (first, count, start) = Ranges[length];
                if (count > 0 && code >= first && code - first < count)
                {
                    text.WriteByte(Letters[start + (int)(code - first)]);
                    (code, length) = (0, 0);
                }
            }
        }
        return length < 8 && code == (1u << length) - 1 ? text.ToArray() : throw new InvalidDataException("a header's text ends within a letter");
    }
}
