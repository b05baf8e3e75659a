using System.Globalization;
using System.Text;

namespace Corten.Cli.Archive;

/// <summary>Writes a tar archive: ustar headers, with PAX records for what does not fit them.</summary>
internal sealed class TarWriter(Stream target)
{
    private const int Block = 512;
    private const int NameLength = 100;
    private const long MaxOctal11 = 0x1_FFFF_FFFF;
    private const uint MaxOctal7 = 0x1F_FFFF;

    private static readonly byte[] Zeros = new byte[Block];

    private long left;

    /// <summary>Begins an entry. Its data follow by <see cref="WriteData"/>, exactly as many bytes as its size says.</summary>
    public void Begin(TarEntry entry)
    {
        var records = PaxRecords(entry);
        if (records.Length > 0)
        {
            target.Write(Header("PaxHeaders/entry"u8, 'x', 0x1A4, 0, 0, records.Length, 0, [], 0, 0));
            target.Write(records);
            Pad(records.Length);
        }
        var size = entry.Type == TarEntry.Regular ? entry.Size : 0;
        target.Write(Header(entry.Name, entry.Type, entry.Mode, entry.Uid, entry.Gid, size, entry.Modified.Seconds, entry.LinkTarget, entry.Major, entry.Minor));
        left = size;
    }

    public void WriteData(ReadOnlySpan<byte> data)
    {
        if (data.Length > left)
        {
            throw new InvalidOperationException("tar: write too long");
        }
        target.Write(data);
        left -= data.Length;
    }

    /// <summary>Ends an entry. A file that shrank while it was read is filled up with zeros, so that the archive stays readable.</summary>
    public void End(long size)
    {
        while (left > 0)
        {
            var count = (int)Math.Min(left, Block);
            target.Write(Zeros.AsSpan(0, count));
            left -= count;
        }
        Pad(size);
    }

    public void Finish()
    {
        target.Write(Zeros);
        target.Write(Zeros);
        target.Flush();
    }

    private void Pad(long size)
    {
        var over = (int)(size % Block);
        if (over != 0)
        {
            target.Write(Zeros.AsSpan(0, Block - over));
        }
    }

    private static byte[] PaxRecords(TarEntry entry)
    {
        var records = new MemoryStream();
        if (entry.Name.Length > NameLength)
        {
            Record(records, "path", entry.Name);
        }
        if (entry.LinkTarget.Length > NameLength)
        {
            Record(records, "linkpath", entry.LinkTarget);
        }
        if (entry.Size > MaxOctal11)
        {
            Record(records, "size", Encoding.ASCII.GetBytes(entry.Size.ToString(CultureInfo.InvariantCulture)));
        }
        if (entry.Uid > MaxOctal7)
        {
            Record(records, "uid", Encoding.ASCII.GetBytes(entry.Uid.ToString(CultureInfo.InvariantCulture)));
        }
        if (entry.Gid > MaxOctal7)
        {
            Record(records, "gid", Encoding.ASCII.GetBytes(entry.Gid.ToString(CultureInfo.InvariantCulture)));
        }
        if (entry.Modified.Nanoseconds != 0 || entry.Modified.Seconds is < 0 or > MaxOctal11)
        {
            var time = entry.Modified.Seconds + entry.Modified.Nanoseconds / 1_000_000_000m;
            Record(records, "mtime", Encoding.ASCII.GetBytes(time.ToString("0.#########", CultureInfo.InvariantCulture)));
        }
        return records.ToArray();
    }

    /// <summary><c>LENGTH key=value\n</c>, where the length counts its own digits.</summary>
    private static void Record(MemoryStream records, string key, byte[] value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        }
        records.Write(Encoding.ASCII.GetBytes($"{length.ToString(CultureInfo.InvariantCulture)} {key}="));
        records.Write(value);
        records.WriteByte((byte)'\n');
    }

    private static byte[] Header(ReadOnlySpan<byte> name, char type, uint mode, uint uid, uint gid, long size, long time, ReadOnlySpan<byte> link, uint major, uint minor)
    {
        var header = new byte[Block];
        name[..Math.Min(name.Length, NameLength)].CopyTo(header);
        Octal(header.AsSpan(100, 8), mode);
        Octal(header.AsSpan(108, 8), Math.Min(uid, MaxOctal7));
        Octal(header.AsSpan(116, 8), Math.Min(gid, MaxOctal7));
        Octal(header.AsSpan(124, 12), Math.Min(size, MaxOctal11));
        Octal(header.AsSpan(136, 12), Math.Clamp(time, 0, MaxOctal11));
        header[156] = (byte)type;
        link[..Math.Min(link.Length, NameLength)].CopyTo(header.AsSpan(157));
        "ustar\00000"u8.CopyTo(header.AsSpan(257));
        Octal(header.AsSpan(329, 8), major);
        Octal(header.AsSpan(337, 8), minor);
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }
        Octal(header.AsSpan(148, 7), sum);
        return header;
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
        field[^1] = 0;
    }
}
