using System.Buffers.Text;
using System.Text;

namespace Corten.Storage.Tar;

/// <summary>What the records of extended headers say about an entry, and the maps of sparse files.</summary>
public sealed partial class TarReader
{
    /// <summary>What is said of a sparse file (GNU tar manual, "PAX Format, Versions 0.0, 0.1 and 1.0").</summary>
    private struct PaxSparse
    {
        public long Major;
        public long RealSize;
        public byte[]? Map;
        public List<SparseRun>? Runs;
        public long PendingOffset;

        public readonly bool IsSparse => Major > 0 || Map is not null || Runs is not null;
    }

    private PaxSparse ApplyRecords(TarEntry entry, ref long size)
    {
        var sparse = new PaxSparse { RealSize = -1, PendingOffset = -1 };
        foreach (var (key, value) in _global)
        {
            Apply(key, value, entry, ref size, ref sparse);
        }

        foreach (var (key, value) in _local)
        {
            Apply(key, value, entry, ref size, ref sparse);
        }

        return sparse;
    }

    private void Apply(byte[] keyBytes, byte[] value, TarEntry entry, ref long size, ref PaxSparse sparse)
    {
        ReadOnlySpan<byte> key = keyBytes;
        if (key.StartsWith(PaxRecords.AttributePrefix))
        {
            SetAttribute(entry, key[PaxRecords.AttributePrefix.Length..].ToArray(), value);
            return;
        }

        if (key.StartsWith(PaxRecords.LibArchiveAttributePrefix))
        {
            SetLibArchiveAttribute(entry, key[PaxRecords.LibArchiveAttributePrefix.Length..], value);
            return;
        }

        if (key.StartsWith("GNU.sparse."u8))
        {
            ApplySparse(key["GNU.sparse.".Length..], value, entry, ref sparse);
            return;
        }

        // An empty value takes a record back, the header's field counts again.
        if (value.Length == 0)
        {
            return;
        }

        if (key.SequenceEqual("path"u8))
        {
            // GNU.sparse.name, where there is one, is the real name.
            entry.Path = sparse.Major > 0 && HasSparseName() ? entry.Path : value;
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            entry.Link = value;
        }
        else if (key.SequenceEqual("size"u8))
        {
            size = PaxRecords.Number(value);
            if (size < 0)
            {
                throw new TarException("archive/tar: invalid tar header: negative size");
            }
        }
        else if (key.SequenceEqual("uid"u8))
        {
            entry.Uid = Id(PaxRecords.Number(value));
        }
        else if (key.SequenceEqual("gid"u8))
        {
            entry.Gid = Id(PaxRecords.Number(value));
        }
        else if (key.SequenceEqual("mtime"u8))
        {
            entry.Modified = PaxRecords.Time(value);
        }
        else if (key.SequenceEqual("atime"u8))
        {
            entry.Accessed = PaxRecords.Time(value);
        }
        else if (key.SequenceEqual("uname"u8))
        {
            entry.UserName = Encoding.UTF8.GetString(value);
        }
        else if (key.SequenceEqual("gname"u8))
        {
            entry.GroupName = Encoding.UTF8.GetString(value);
        }
        else if (key.SequenceEqual("SCHILY.devmajor"u8))
        {
            entry.DeviceMajor = Id(PaxRecords.Number(value));
        }
        else if (key.SequenceEqual("SCHILY.devminor"u8))
        {
            entry.DeviceMinor = Id(PaxRecords.Number(value));
        }
    }

    private bool HasSparseName() => _local.Exists(static record => record.Key.AsSpan().SequenceEqual("GNU.sparse.name"u8));

    private void SetAttribute(TarEntry entry, byte[] name, byte[] value)
    {
        var known = entry.Attributes.FindIndex(attribute => attribute.Name.AsSpan().SequenceEqual(name));
        if (known >= 0)
        {
            entry.Attributes[known] = new ExtendedAttribute(name, value);
            return;
        }

        // XATTR_NAME_MAX and XATTR_SIZE_MAX of the kernel.
        if (entry.Attributes.Count >= _limits.MaxAttributes || name.Length is 0 or > 255 || value.Length > 65536
            || name.AsSpan().Contains((byte)0))
        {
            throw new TarException("archive/tar: invalid tar header: too many extended attributes, or one that is too large");
        }

        entry.Attributes.Add(new ExtendedAttribute(name, value));
    }

    private void SetLibArchiveAttribute(TarEntry entry, ReadOnlySpan<byte> encodedName, byte[] encoded)
    {
        var name = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Encoding.UTF8.GetString(encodedName)));
        // SCHILY.xattr says the same with the exact bytes; where both are present it counts.
        if (entry.Attributes.Exists(attribute => attribute.Name.AsSpan().SequenceEqual(name)))
        {
            return;
        }

        // libarchive leaves the padding out.
        var padded = new byte[(encoded.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        encoded.CopyTo(padded, 0);
        var value = new byte[padded.Length];
        if (Base64.DecodeFromUtf8(padded, value, out _, out var length) != System.Buffers.OperationStatus.Done)
        {
            throw new TarException("archive/tar: invalid tar header: an extended attribute is not base64");
        }

        SetAttribute(entry, name, value[..length]);
    }

    private void ApplySparse(ReadOnlySpan<byte> key, byte[] value, TarEntry entry, ref PaxSparse sparse)
    {
        if (key.SequenceEqual("major"u8))
        {
            sparse.Major = PaxRecords.Number(value);
        }
        else if (key.SequenceEqual("name"u8))
        {
            entry.Path = value;
        }
        else if (key.SequenceEqual("realsize"u8) || key.SequenceEqual("size"u8))
        {
            sparse.RealSize = PaxRecords.Number(value);
        }
        else if (key.SequenceEqual("map"u8))
        {
            sparse.Map = value;
        }
        else if (key.SequenceEqual("offset"u8))
        {
            sparse.PendingOffset = PaxRecords.Number(value);
        }
        else if (key.SequenceEqual("numbytes"u8))
        {
            sparse.Runs ??= [];
            sparse.Runs.Add(new SparseRun(sparse.PendingOffset, PaxRecords.Number(value)));
        }
    }

    private void ReadPaxSparse(PaxSparse sparse, TarEntry entry)
    {
        var runs = sparse.Major > 0 ? ReadSparseMapBlocks() : sparse.Runs ?? ParseMap(sparse.Map!);
        SetSparse(entry, runs, sparse.RealSize);
    }

    /// <summary>Version 0.1: <c>offset,length,offset,length,…</c> in one record.</summary>
    private List<SparseRun> ParseMap(byte[] map)
    {
        var runs = new List<SparseRun>();
        ReadOnlySpan<byte> rest = map;
        while (!rest.IsEmpty)
        {
            var offset = TakeNumber(ref rest, (byte)',');
            var length = TakeNumber(ref rest, (byte)',');
            runs.Add(new SparseRun(offset, length));
            CheckRunCount(runs.Count);
        }

        return runs;
    }

    private static long TakeNumber(ref ReadOnlySpan<byte> text, byte end)
    {
        var at = text.IndexOf(end);
        var number = PaxRecords.Number(at < 0 ? text : text[..at]);
        text = at < 0 ? [] : text[(at + 1)..];
        return number;
    }

    /// <summary>Version 1.0: the map stands before the data, in blocks of its own: a count, then offsets and lengths, each on a line.</summary>
    private List<SparseRun> ReadSparseMapBlocks()
    {
        var text = new List<byte>();
        var lines = 0L;
        var wanted = 1L;
        var start = 0;
        var runs = new List<SparseRun>();
        var offset = 0L;
        while (lines < wanted)
        {
            var block = ReadBlockOfData();
            foreach (var value in block)
            {
                if (lines == wanted)
                {
                    break;
                }

                if (value != '\n')
                {
                    text.Add(value);
                    if (text.Count - start > 20)
                    {
                        throw new TarException("archive/tar: invalid tar header: malformed sparse map");
                    }

                    continue;
                }

                var number = PaxRecords.Number(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text)[start..]);
                text.Clear();
                if (lines == 0)
                {
                    CheckRunCount(number);
                    wanted = 1 + (2 * number);
                }
                else if (lines % 2 == 1)
                {
                    offset = number;
                }
                else
                {
                    runs.Add(new SparseRun(offset, number));
                }

                lines++;
            }
        }

        return runs;
    }

    private ReadOnlySpan<byte> ReadBlockOfData()
    {
        if (_data < TarHeader.BlockSize || !_blocks.Fill(TarHeader.BlockSize))
        {
            throw new TarException("archive/tar: invalid tar header: the sparse map is truncated");
        }

        var block = _blocks.Available(TarHeader.BlockSize);
        _blocks.Take(TarHeader.BlockSize);
        _data -= TarHeader.BlockSize;
        return block;
    }

    /// <summary>Old GNU format: four runs in the header, then blocks of 21 more, before the data and not counted in its size.</summary>
    private void ReadGnuSparse(ReadOnlySpan<byte> header, TarEntry entry)
    {
        var realSize = Number(header[TarHeader.GnuRealSize], "real size");
        var runs = new List<SparseRun>();
        var more = header[TarHeader.GnuSparseExtended] != 0;
        AddGnuRuns(header.Slice(TarHeader.GnuSparse, TarHeader.GnuSparseRuns * 24), runs);
        while (more)
        {
            if (!_blocks.Fill(TarHeader.BlockSize))
            {
                throw Truncated();
            }

            var block = _blocks.Available(TarHeader.BlockSize);
            _blocks.Take(TarHeader.BlockSize);
            more = block[504] != 0;
            AddGnuRuns(block[..504], runs);
        }

        SetSparse(entry, runs, realSize);
    }

    private void AddGnuRuns(ReadOnlySpan<byte> map, List<SparseRun> runs)
    {
        for (; map.Length >= 24 && map[0] != 0; map = map[24..])
        {
            runs.Add(new SparseRun(Number(map[..12], "sparse map"), Number(map[12..24], "sparse map")));
            CheckRunCount(runs.Count);
        }
    }

    private void CheckRunCount(long count)
    {
        if (count < 0 || count > _limits.MaxSparseRuns)
        {
            throw new TarException("archive/tar: invalid tar header: too many runs in a sparse file");
        }
    }

    /// <summary>Runs must ascend without overlap, lie inside the file and add up to the data that follows.</summary>
    private void SetSparse(TarEntry entry, List<SparseRun> runs, long realSize)
    {
        var end = 0L;
        var sum = 0L;
        foreach (var run in runs)
        {
            if (run.Offset < end || run.Length < 0 || run.Length > long.MaxValue - run.Offset || run.Offset + run.Length > realSize)
            {
                throw new TarException("archive/tar: invalid tar header: malformed sparse map");
            }

            end = run.Offset + run.Length;
            sum += run.Length;
        }

        if (realSize < 0 || sum != _data)
        {
            throw new TarException("archive/tar: invalid tar header: the sparse map does not match the data");
        }

        runs.RemoveAll(static run => run.Length == 0);
        entry.Size = realSize;
        entry.Sparse = runs;
    }
}
