using System.Buffers.Text;
using Corten.Linux.Files;

namespace Corten.Storage.Tar;

/// <summary>
/// The records of an extended header (pax(1), "pax Extended Header"): <c>LENGTH KEY=VALUE\n</c>, where the length counts the whole record.
/// Values are bytes: those of attributes hold NULs and newlines.
/// </summary>
internal static class PaxRecords
{
    public static ReadOnlySpan<byte> AttributePrefix => "SCHILY.xattr."u8;

    /// <summary>libarchive's form: the name percent-encoded, the value base64.</summary>
    public static ReadOnlySpan<byte> LibArchiveAttributePrefix => "LIBARCHIVE.xattr."u8;

    /// <summary>Splits off the first record.</summary>
    public static void Next(ref ReadOnlySpan<byte> records, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        if (!Utf8Parser.TryParse(records, out int length, out var digits) || digits >= records.Length || records[digits] != ' '
            || length < digits + 3 || length > records.Length || records[length - 1] != '\n')
        {
            throw new TarException("archive/tar: invalid tar header: malformed extended header record");
        }

        var record = records[(digits + 1)..(length - 1)];
        var equals = record.IndexOf((byte)'=');
        if (equals <= 0)
        {
            throw new TarException("archive/tar: invalid tar header: extended header record without a key");
        }

        key = record[..equals];
        value = record[(equals + 1)..];
        records = records[length..];
    }

    public static long Number(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length ? number
            : throw new TarException("archive/tar: invalid tar header: not a number in an extended header");

    /// <summary>Seconds with an optional fraction, of which nine digits count. A negative time's fraction counts away from zero.</summary>
    public static FileTime Time(ReadOnlySpan<byte> value)
    {
        var point = value.IndexOf((byte)'.');
        var whole = point < 0 ? value : value[..point];
        var seconds = Number(whole is [(byte)'-'] or [] ? "0"u8 : whole);
        uint nanoseconds = 0;
        if (point >= 0)
        {
            var fraction = value[(point + 1)..];
            for (var i = 0; i < 9; i++)
            {
                var digit = i < fraction.Length ? fraction[i] : (byte)'0';
                nanoseconds = digit is >= (byte)'0' and <= (byte)'9' ? (nanoseconds * 10) + (uint)(digit - '0')
                    : throw new TarException("archive/tar: invalid tar header: not a time in an extended header");
            }
        }

        return value.Length > 0 && value[0] == '-' && nanoseconds > 0
            ? new FileTime(seconds - 1, 1_000_000_000 - nanoseconds)
            : new FileTime(seconds, nanoseconds);
    }

    /// <summary>Appends a record; its length counts its own digits.</summary>
    public static void Append(MemoryStream records, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + Digits(rest);
        if (Digits(length) != Digits(rest))
        {
            length = rest + Digits(length);
        }

        Span<byte> number = stackalloc byte[11];
        Utf8Formatter.TryFormat(length, number, out var written);
        records.Write(number[..written]);
        records.WriteByte((byte)' ');
        records.Write(key);
        records.WriteByte((byte)'=');
        records.Write(value);
        records.WriteByte((byte)'\n');
    }

    private static int Digits(int number)
    {
        var digits = 1;
        while ((number /= 10) > 0)
        {
            digits++;
        }

        return digits;
    }
}
