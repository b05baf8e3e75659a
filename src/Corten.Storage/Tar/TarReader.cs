using System.Text;
using Corten.Linux.Files;

namespace Corten.Storage.Tar;

/// <summary>
/// Reads an archive once, from front to end: v7, ustar, PAX (also attributes and all three sparse formats), GNU (long names, base-256,
/// sparse). After <see cref="Next"/> the data of a file is taken with <see cref="ReadData"/>; what is not taken is skipped. Everything in it
/// may be hostile: each length is bounded (<see cref="TarLimits"/>) and nothing is trusted to fit.
/// </summary>
public sealed partial class TarReader
{
    private readonly BlockBuffer _blocks;
    private readonly TarLimits _limits;
    private readonly List<(byte[] Key, byte[] Value)> _global = [];
    private readonly List<(byte[] Key, byte[] Value)> _local = [];
    private byte[]? _longName;
    private byte[]? _longLink;
    private long _data;
    private int _padding;
    private bool _ended;

    /// <param name="source">Not owned.</param>
    public TarReader(Stream source, TarLimits? limits = null)
    {
        _blocks = new BlockBuffer(source);
        _limits = limits ?? TarLimits.Default;
    }

    /// <summary>Bytes of the archive that were read so far.</summary>
    public long Position => _blocks.Position;

    /// <summary>Bytes of the current file's data (without holes) that were not taken yet.</summary>
    public long DataLeft => _data;

    /// <summary>Goes to the next entry and describes it in <paramref name="entry"/>; false at the end of the archive.</summary>
    /// <exception cref="TarException">Damaged, truncated, or beyond a bound.</exception>
    public bool Next(TarEntry entry)
    {
        SkipData();
        _local.Clear();
        _longName = _longLink = null;
        for (var chain = 0; ; chain++)
        {
            if (_ended || !NextHeader(out var header))
            {
                _ended = true;
                return chain == 0 ? false : throw new TarException("unexpected EOF: the archive ends after an extended header");
            }

            if (chain > _limits.MaxHeaderChain)
            {
                throw new TarException("archive/tar: invalid tar header: too many extended headers before an entry");
            }

            var type = header[TarHeader.TypeFlag];
            switch (type)
            {
                case (byte)'x':
                    ReadRecords(header, _local);
                    break;
                case (byte)'g':
                    ReadRecords(header, _global);
                    break;
                case (byte)'L':
                    _longName = ReadLongName(header);
                    break;
                case (byte)'K':
                    _longLink = ReadLongName(header);
                    break;
                case 0 or (byte)'0' or (byte)'1' or (byte)'2' or (byte)'3' or (byte)'4' or (byte)'5' or (byte)'6' or (byte)'7' or (byte)'S':
                    Describe(header, type, entry);
                    return true;
                case (byte)'V' or (byte)'M' or (byte)'N' or (byte)'X' or (byte)'A' or (byte)'D':
                    // Volume labels, continuations and vendors' notes are no files. A dump directory (D) has its files after it.
                    SkipEntry(header);
                    _local.Clear();
                    _longName = _longLink = null;
                    chain = -1;
                    break;
                default:
                    throw new TarException($"unhandled tar header type {type}");
            }
        }
    }

    /// <summary>
    /// The next piece of the file's data, at most <paramref name="limit"/> bytes; empty at its end. Valid until the next call. For a sparse
    /// file these are its runs one after the other, without the holes.
    /// </summary>
    public ReadOnlySpan<byte> ReadData(long limit = long.MaxValue)
    {
        if (_data == 0)
        {
            return [];
        }

        if (!_blocks.Fill(1))
        {
            throw Truncated();
        }

        var piece = _blocks.Available(Math.Min(limit, _data));
        _blocks.Take(piece.Length);
        _data -= piece.Length;
        return piece;
    }

    /// <summary>The data of the current file as a stream, which ends with it. Holes are not filled in.</summary>
    public Stream OpenData() => new EntryStream(this);

    /// <summary>
    /// Reads on to the end of the source, so that whoever digests it on the way sees every byte. What stands behind the archive's end is at
    /// most <paramref name="limit"/> bytes of padding.
    /// </summary>
    public void Drain(long limit = long.MaxValue)
    {
        long rest = 0;
        while (_blocks.Fill(1))
        {
            var piece = _blocks.Available().Length;
            _blocks.Take(piece);
            if ((rest += piece) > limit)
            {
                throw new TarException("the archive has too much data behind its end");
            }
        }
    }

    private static TarException Truncated() => new("unexpected EOF");

    /// <summary>The next block that is a header. Two zero blocks end an archive; one alone, as some writers leave, does too at its end.</summary>
    private bool NextHeader(out ReadOnlySpan<byte> header)
    {
        header = default;
        for (var zeros = 0; zeros < 2; zeros++)
        {
            if (!_blocks.Fill(TarHeader.BlockSize))
            {
                return _blocks.Available().IsEmpty ? false : throw Truncated();
            }

            var block = _blocks.Available(TarHeader.BlockSize);
            _blocks.Take(TarHeader.BlockSize);
            if (block.ContainsAnyExcept((byte)0))
            {
                if (!TarHeader.ChecksumMatches(block))
                {
                    throw new TarException("archive/tar: invalid tar header");
                }

                header = block;
                return true;
            }
        }

        return false;
    }

    private long SizeOf(ReadOnlySpan<byte> header)
    {
        var size = Number(header[TarHeader.Size], "size");
        return size >= 0 ? size : throw new TarException("archive/tar: invalid tar header: negative size");
    }

    private static long Number(ReadOnlySpan<byte> field, string what) =>
        TarHeader.TryNumber(field, out var value) ? value : throw new TarException($"archive/tar: invalid tar header: {what} is not a number");

    private void SetData(long length)
    {
        if (length > long.MaxValue - TarHeader.BlockSize)
        {
            throw new TarException("archive/tar: invalid tar header: size out of range");
        }

        _data = length;
        _padding = (int)(-length & (TarHeader.BlockSize - 1));
    }

    private void SkipData()
    {
        while (_data > 0)
        {
            ReadData();
        }

        if (_padding > 0)
        {
            // Nothing is lost where only the padding of the last file is short: docker build -f - leaves its archive so.
            _ended |= !_blocks.Fill(_padding);
            _blocks.Take(_blocks.Available(_padding).Length);
            _padding = 0;
        }
    }

    private void SkipEntry(ReadOnlySpan<byte> header)
    {
        SetData(SizeOf(header));
        SkipData();
    }

    /// <summary>The data of a header that describes the next one, whole.</summary>
    private byte[] ReadWhole(ReadOnlySpan<byte> header, int limit)
    {
        var size = SizeOf(header);
        if (size > limit)
        {
            throw new TarException($"archive/tar: invalid tar header: an extended header of {size} bytes is larger than the {limit} that are allowed");
        }

        SetData(size);
        var bytes = new byte[size];
        var done = 0;
        while (done < bytes.Length)
        {
            var piece = ReadData();
            piece.CopyTo(bytes.AsSpan(done));
            done += piece.Length;
        }

        SkipData();
        return bytes;
    }

    private byte[] ReadLongName(ReadOnlySpan<byte> header) => TarHeader.Text(ReadWhole(header, _limits.MaxPath + 1)).ToArray();

    private void ReadRecords(ReadOnlySpan<byte> header, List<(byte[] Key, byte[] Value)> into)
    {
        ReadOnlySpan<byte> records = ReadWhole(header, _limits.MaxExtendedHeader);
        while (!records.IsEmpty)
        {
            PaxRecords.Next(ref records, out var key, out var value);
            if (into.Count >= _limits.MaxSparseRuns)
            {
                throw new TarException("archive/tar: invalid tar header: too many extended header records");
            }

            into.Add((key.ToArray(), value.ToArray()));
        }
    }

    private void Describe(ReadOnlySpan<byte> header, byte type, TarEntry entry)
    {
        entry.Clear();
        var ustar = header[TarHeader.Magic][..5].SequenceEqual("ustar"u8);
        // "ustar  \0" is GNU's: no prefix, but times and a sparse map in its place.
        var gnu = ustar && header[262] == ' ';
        var size = SizeOf(header);
        entry.Mode = (uint)Number(header[TarHeader.Mode], "mode") & 0xFFF;
        entry.Uid = Id(Number(header[TarHeader.Uid], "uid"));
        entry.Gid = Id(Number(header[TarHeader.Gid], "gid"));
        entry.Modified = new FileTime(Number(header[TarHeader.Modified], "mtime"), 0);
        entry.Path = _longName ?? HeaderName(header, ustar && !gnu);
        entry.Link = _longLink ?? TarHeader.Text(header[TarHeader.Link]).ToArray();
        if (ustar)
        {
            entry.UserName = Encoding.UTF8.GetString(TarHeader.Text(header[TarHeader.UserName]));
            entry.GroupName = Encoding.UTF8.GetString(TarHeader.Text(header[TarHeader.GroupName]));
        }

        if (type is (byte)'3' or (byte)'4')
        {
            entry.DeviceMajor = (uint)Number(header[TarHeader.DeviceMajor], "device number");
            entry.DeviceMinor = (uint)Number(header[TarHeader.DeviceMinor], "device number");
        }

        var pax = ApplyRecords(entry, ref size);
        // v7 and GNU tar write a directory as a file whose name ends in a slash.
        var named = entry.Path.AsSpan().TrimEnd((byte)'/');
        entry.Type = type switch
        {
            0 or (byte)'0' or (byte)'7' or (byte)'S' => type == 0 && named.Length < entry.Path.Length ? TarEntryType.Directory : TarEntryType.Regular,
            _ => (TarEntryType)type,
        };
        if (named.Length < entry.Path.Length)
        {
            // "/" alone is the root itself.
            entry.Path = named.IsEmpty ? "."u8.ToArray() : named.ToArray();
        }

        CheckNames(entry);
        // Only files have data; links made by some writers repeat the size of their target, without its data (Go's reader does the same).
        SetData(entry.Type == TarEntryType.Regular ? size : 0);
        entry.Size = _data;
        if (type == (byte)'S')
        {
            ReadGnuSparse(header, entry);
        }
        else if (pax.IsSparse && entry.Type == TarEntryType.Regular)
        {
            ReadPaxSparse(pax, entry);
        }
    }

    private static uint Id(long value) =>
        value is >= 0 and <= uint.MaxValue ? (uint)value : throw new TarException("archive/tar: invalid tar header: user or group id out of range");

    private static byte[] HeaderName(ReadOnlySpan<byte> header, bool hasPrefix)
    {
        var name = TarHeader.Text(header[TarHeader.Name]);
        var prefix = hasPrefix ? TarHeader.Text(header[TarHeader.Prefix]) : default;
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    private void CheckNames(TarEntry entry)
    {
        if (entry.Path.Length == 0 || entry.Path.Length > _limits.MaxPath || entry.Path.AsSpan().Contains((byte)0))
        {
            throw new TarException($"archive/tar: invalid tar header: a name of {entry.Path.Length} bytes, or with a NUL in it");
        }

        if (entry.Type is TarEntryType.HardLink or TarEntryType.SymbolicLink
            && (entry.Link.Length == 0 || entry.Link.Length > _limits.MaxPath || entry.Link.AsSpan().Contains((byte)0)))
        {
            throw new TarException($"archive/tar: invalid tar header: the link {entry.Name} has no target, or one that is too long");
        }
    }

    private sealed class EntryStream(TarReader reader) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            var piece = reader.ReadData(buffer.Length);
            piece.CopyTo(buffer);
            return piece.Length;
        }
    }
}
