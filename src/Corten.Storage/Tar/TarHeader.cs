namespace Corten.Storage.Tar;

/// <summary>Fields of the 512-byte header block: where they are, and their two ways of writing numbers.</summary>
internal static class TarHeader
{
    public const int BlockSize = 512;

    public static readonly Range Name = 0..100;
    public static readonly Range Mode = 100..108;
    public static readonly Range Uid = 108..116;
    public static readonly Range Gid = 116..124;
    public static readonly Range Size = 124..136;
    public static readonly Range Modified = 136..148;
    public static readonly Range Checksum = 148..156;
    public const int TypeFlag = 156;
    public static readonly Range Link = 157..257;
    public static readonly Range Magic = 257..263;
    public static readonly Range Version = 263..265;
    public static readonly Range UserName = 265..297;
    public static readonly Range GroupName = 297..329;
    public static readonly Range DeviceMajor = 329..337;
    public static readonly Range DeviceMinor = 337..345;
    public static readonly Range Prefix = 345..500;

    // Old GNU format: where a ustar header has its prefix.
    public static readonly Range GnuAccessed = 345..357;
    public const int GnuSparse = 386;
    public const int GnuSparseRuns = 4;
    public const int GnuSparseExtended = 482;
    public static readonly Range GnuRealSize = 483..495;

    /// <summary>
    /// A number: octal digits between spaces and NULs, or, with the first bit set, binary, big-endian, two's complement (GNU "base-256").
    /// False when it is neither or does not fit.
    /// </summary>
    public static bool TryNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            var negative = (field[0] & 0x40) != 0;
            value = negative ? -1 : 0;
            for (var i = 0; i < field.Length; i++)
            {
                // The first byte's high bit is the mark; of the rest, what would be shifted out must be sign only.
                var next = i == 0 ? (byte)(negative ? field[0] | 0x80 : field[0] & 0x7F) : field[i];
                if (value >> 55 is not (0 or -1))
                {
                    return false;
                }

                value = (value << 8) | next;
            }

            return (value < 0) == negative;
        }

        var text = field.Trim(" \0"u8);
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                // Some writers put a NUL or space between the digits and old rubbish.
                if (digit is 0 or (byte)' ')
                {
                    break;
                }

                return false;
            }

            if (value > long.MaxValue >> 3)
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    /// <summary>A text field up to its first NUL.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    /// <summary>The sum of all bytes, the checksum's own taken as spaces. Ancient writers summed signed bytes; both are accepted.</summary>
    public static bool ChecksumMatches(ReadOnlySpan<byte> block)
    {
        if (!TryNumber(block[Checksum], out var stored))
        {
            return false;
        }

        long unsigned = 0;
        long signed = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        return stored == unsigned || stored == signed;
    }

    public static void WriteChecksum(Span<byte> block)
    {
        block[Checksum].Fill((byte)' ');
        var sum = 0;
        foreach (var value in block[..BlockSize])
        {
            sum += value;
        }

        // Six digits, NUL, space: as every writer since v7.
        WriteOctal(block[148..155], sum);
        block[155] = (byte)' ';
    }

    /// <summary>Octal with leading zeros and a NUL; false when it does not fit.</summary>
    public static bool WriteOctal(Span<byte> field, long value)
    {
        var digits = field.Length - 1;
        if (value < 0 || (digits < 21 && value >> (3 * digits) != 0))
        {
            return false;
        }

        for (var i = digits - 1; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }

        field[digits] = 0;
        return true;
    }
}
