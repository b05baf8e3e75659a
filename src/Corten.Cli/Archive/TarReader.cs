using System.Globalization;
using System.Text;
using Corten.Linux.Files;

namespace Corten.Cli.Archive;

/// <summary>Reads a tar archive: ustar, PAX records for names, sizes, owners and times, GNU's long names and binary numbers.</summary>
internal sealed class TarReader(Stream source)
{
    private const int Block = 512;
    private const int MaxRecords = 1 << 20;

    private readonly byte[] header = new byte[Block];
    private long left;
    private long padding;

    /// <summary>Goes to the next entry, past what was not read of the last.</summary>
    /// <returns>Null at the end of the archive.</returns>
    /// <exception cref="InvalidDataException">The stream is no tar archive.</exception>
    public TarEntry? Next()
    {
        Skip(left + padding);
        (left, padding) = (0, 0);
        Dictionary<string, byte[]> pax = [];
        byte[]? longName = null;
        byte[]? longLink = null;
        while (true)
        {
            var got = source.ReadAtLeast(header, Block, throwOnEndOfStream: false);
            if (got == 0 || (got == Block && !header.AsSpan().ContainsAnyExcept((byte)0)))
            {
                return null;
            }
            if (got < Block || !SumIsRight())
            {
                throw new InvalidDataException("archive/tar: invalid tar header");
            }
            var size = Number(124, 12);
            switch ((char)header[156])
            {
                case 'x': Parse(ReadRecord(size), pax); continue;
                case 'g': ReadRecord(size); continue;
                case 'L': longName = Trim(ReadRecord(size)); continue;
                case 'K': longLink = Trim(ReadRecord(size)); continue;
            }
            return Entry(size, pax, longName, longLink);
        }
    }

    /// <summary>Reads data of the present entry.</summary>
    /// <returns>0 at its end.</returns>
    public int Read(Span<byte> buffer)
    {
        if (left == 0)
        {
            return 0;
        }
        var count = source.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        if (count == 0)
        {
            throw new EndOfStreamException("unexpected EOF");
        }
        left -= count;
        return count;
    }

    private TarEntry Entry(long size, Dictionary<string, byte[]> pax, byte[]? longName, byte[]? longLink)
    {
        var type = header[156] is 0 or (byte)'7' ? TarEntry.Regular : (char)header[156];
        size = pax.TryGetValue("size", out var text) ? Decimal(text) : size;
        if (type == TarEntry.Regular)
        {
            left = size;
            padding = (Block - size % Block) % Block;
        }
        return new TarEntry
        {
            Name = pax.GetValueOrDefault("path") ?? longName ?? Name(),
            Type = type,
            Mode = (uint)Number(100, 8) & 0xFFF,
            Uid = (uint)(pax.TryGetValue("uid", out text) ? Decimal(text) : Number(108, 8)),
            Gid = (uint)(pax.TryGetValue("gid", out text) ? Decimal(text) : Number(116, 8)),
            Size = type == TarEntry.Regular ? size : 0,
            Modified = pax.TryGetValue("mtime", out text) ? Time(text) : new FileTime(Number(136, 12), 0),
            LinkTarget = pax.GetValueOrDefault("linkpath") ?? longLink ?? Trim(header[157..257]),
            Major = (uint)Number(329, 8),
            Minor = (uint)Number(337, 8),
        };
    }

    private byte[] Name()
    {
        var name = Trim(header[..100]);
        var prefix = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Trim(header[345..500]) : [];
        return prefix.Length == 0 ? name : [.. prefix, (byte)'/', .. name];
    }

    private byte[] ReadRecord(long size)
    {
        if (size is < 0 or > MaxRecords)
        {
            throw new InvalidDataException("archive/tar: header field too long");
        }
        var record = new byte[size];
        source.ReadExactly(record);
        Skip((Block - size % Block) % Block);
        return record;
    }

    private static void Parse(ReadOnlySpan<byte> records, Dictionary<string, byte[]> pax)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > records.Length || length < space + 3)
            {
                throw new InvalidDataException("archive/tar: invalid tar header");
            }
            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals > 0)
            {
                pax[Encoding.UTF8.GetString(record[..equals])] = record[(equals + 1)..].ToArray();
            }
            records = records[length..];
        }
    }

    private static long Decimal(byte[] text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidDataException("archive/tar: invalid tar header");

    private static FileTime Time(byte[] text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) || Math.Abs(time) > 1e15m)
        {
            throw new InvalidDataException("archive/tar: invalid tar header");
        }
        var seconds = decimal.Floor(time);
        return new FileTime((long)seconds, (uint)((time - seconds) * 1_000_000_000m));
    }

    private long Number(int at, int length)
    {
        var field = header.AsSpan(at, length);
        if ((field[0] & 0x80) != 0)
        {
            var binary = (long)(field[0] & 0x3F);
            foreach (var value in field[1..])
            {
                binary = binary > long.MaxValue >> 8 ? throw new InvalidDataException("archive/tar: invalid tar header") : (binary << 8) | value;
            }
            return binary;
        }
        long number = 0;
        foreach (var digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
            {
                number = (number << 3) | (uint)(digit - '0');
            }
            else if (digit is not ((byte)' ' or 0))
            {
                throw new InvalidDataException("archive/tar: invalid tar header");
            }
        }
        return number;
    }

    private bool SumIsRight()
    {
        var sum = 0L;
        for (var i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        }
        return sum == Number(148, 8);
    }

    private void Skip(long count)
    {
        Span<byte> waste = stackalloc byte[4096];
        while (count > 0)
        {
            var got = source.Read(waste[..(int)Math.Min(waste.Length, count)]);
            count -= got > 0 ? got : throw new EndOfStreamException("unexpected EOF");
        }
    }

    private static byte[] Trim(byte[] text)
    {
        var end = Array.IndexOf(text, (byte)0);
        return end < 0 ? text : text[..end];
    }
}
