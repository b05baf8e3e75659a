using System.Buffers.Binary;

namespace Corten.Build.Attestations.Inventory;

/// <summary>One section of a program in ELF (System V ABI, chapter 4), of either width and byte order.</summary>
internal static class ElfSection
{
    private const int MaxSections = 4096;
    private const int MaxNames = 1 << 20;

    /// <param name="file">Can be sought in.</param>
    /// <param name="name">With its dot.</param>
    /// <param name="limit">Bytes that it may have.</param>
    /// <returns>Null if it is no such program, or has no such section.</returns>
    public static byte[]? TryRead(Stream file, string name, int limit)
    {
        if (Read(file, 0, 64) is not { } head || !head.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            return null;
        }

        var (wide, big) = (head[4] == 2, head[5] == 2);
        var table = wide ? Long(head.AsSpan(40), big) : Int(head.AsSpan(32), big);
        var (size, count, names) = (Short(head.AsSpan(wide ? 58 : 46), big), Short(head.AsSpan(wide ? 60 : 48), big), Short(head.AsSpan(wide ? 62 : 50), big));
        if (size < (wide ? 64 : 40) || count > MaxSections || names >= count || Read(file, table, size * count) is not { } sections)
        {
            return null;
        }

        (long Offset, long Size) Place(int index)
        {
            var section = sections.AsSpan(index * size);
            return wide ? (Long(section[24..], big), Long(section[32..], big)) : (Int(section[16..], big), Int(section[20..], big));
        }

        var place = Place(names);
        if (place.Size > MaxNames || Read(file, place.Offset, (int)place.Size) is not { } texts)
        {
            return null;
        }

        byte[] wanted = [.. System.Text.Encoding.ASCII.GetBytes(name), 0];
        for (var i = 0; i < count; i++)
        {
            var at = Int(sections.AsSpan(i * size), big);
            if (at < texts.Length && texts.AsSpan((int)at).StartsWith(wanted) && Place(i) is { Offset: var offset, Size: var length } && length <= limit)
            {
                return Read(file, offset, (int)length);
            }
        }

        return null;
    }

    private static byte[]? Read(Stream file, long offset, int length)
    {
        if (length < 0 || offset < 0 || offset > file.Length - length)
        {
            return null;
        }

        var bytes = new byte[length];
        file.Position = offset;
        return file.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length ? bytes : null;
    }

    private static int Short(ReadOnlySpan<byte> at, bool big) => big ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static long Int(ReadOnlySpan<byte> at, bool big) => big ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private static long Long(ReadOnlySpan<byte> at, bool big) => big ? BinaryPrimitives.ReadInt64BigEndian(at) : BinaryPrimitives.ReadInt64LittleEndian(at);
}
