using System.Globalization;
using System.Text;
using Corten.Linux.Files;

namespace Corten.Storage.Tar;

/// <summary>
/// Writes an archive: ustar headers, and a PAX header before one whose values do not fit. The same entries give the same bytes, and those
/// that Docker writes (Go's archive/tar, Format PAX): records sorted by key, no times or owners of its own, so that a layer packed here and
/// there has one digest.
/// </summary>
public sealed class TarWriter
{
    private readonly Stream _target;
    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private long _left;
    private int _padding;

    /// <param name="target">Not owned.</param>
    public TarWriter(Stream target) => _target = target;

    /// <summary>Begins an entry. A regular file's <see cref="TarEntry.Size"/> bytes must follow by <see cref="WriteData"/>.</summary>
    public void WriteEntry(TarEntry entry)
    {
        EndEntry();
        var path = entry.IsDirectory ? [.. entry.Path, (byte)'/'] : entry.Path;
        var size = entry.Type == TarEntryType.Regular ? entry.Size : 0;
        var records = RecordsOf(entry, path, size);
        if (records.Count > 0)
        {
            WriteRecords(entry, records);
        }

        _block.AsSpan().Clear();
        PutText(TarHeader.Name, path);
        PutNumber(TarHeader.Mode, entry.Mode);
        PutNumber(TarHeader.Uid, entry.Uid);
        PutNumber(TarHeader.Gid, entry.Gid);
        PutNumber(TarHeader.Size, size);
        PutNumber(TarHeader.Modified, entry.Modified.Seconds);
        _block[TarHeader.TypeFlag] = (byte)entry.Type;
        PutText(TarHeader.Link, entry.Link);
        PutMagic();
        PutText(TarHeader.UserName, Encoding.UTF8.GetBytes(entry.UserName));
        PutText(TarHeader.GroupName, Encoding.UTF8.GetBytes(entry.GroupName));
        PutNumber(TarHeader.DeviceMajor, entry.DeviceMajor);
        PutNumber(TarHeader.DeviceMinor, entry.DeviceMinor);
        TarHeader.WriteChecksum(_block);
        _target.Write(_block);
        _left = size;
        _padding = (int)(-size & (TarHeader.BlockSize - 1));
    }

    public void WriteData(ReadOnlySpan<byte> data)
    {
        if (data.Length > _left)
        {
            throw new InvalidOperationException("More data than the entry's header says.");
        }

        _target.Write(data);
        _left -= data.Length;
    }

    /// <summary>Fills what is missing of the entry's data with zeros: the file became shorter while it was read.</summary>
    public void PadData()
    {
        _block.AsSpan().Clear();
        while (_left > 0)
        {
            WriteData(_block.AsSpan(0, (int)Math.Min(_left, _block.Length)));
        }
    }

    /// <summary>Writes the two zero blocks that end an archive.</summary>
    public void Finish()
    {
        EndEntry();
        _block.AsSpan().Clear();
        _target.Write(_block);
        _target.Write(_block);
    }

    private void EndEntry()
    {
        if (_left > 0)
        {
            throw new InvalidOperationException("Less data than the entry's header says.");
        }

        if (_padding > 0)
        {
            _block.AsSpan().Clear();
            _target.Write(_block.AsSpan(0, _padding));
            _padding = 0;
        }
    }

    private static SortedDictionary<byte[], byte[]> RecordsOf(TarEntry entry, byte[] path, long size)
    {
        var records = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        AddText(records, "path"u8, path, 100);
        AddText(records, "linkpath"u8, entry.Link, 100);
        AddText(records, "uname"u8, Encoding.UTF8.GetBytes(entry.UserName), 32);
        AddText(records, "gname"u8, Encoding.UTF8.GetBytes(entry.GroupName), 32);
        AddNumber(records, "size"u8, size, TarHeader.Size);
        AddNumber(records, "uid"u8, entry.Uid, TarHeader.Uid);
        AddNumber(records, "gid"u8, entry.Gid, TarHeader.Gid);
        AddNumber(records, "SCHILY.devmajor"u8, entry.DeviceMajor, TarHeader.DeviceMajor);
        AddNumber(records, "SCHILY.devminor"u8, entry.DeviceMinor, TarHeader.DeviceMinor);
        if (entry.Modified.Nanoseconds != 0 || !Fits(TarHeader.Modified, entry.Modified.Seconds))
        {
            records["mtime"u8.ToArray()] = TimeText(entry.Modified);
        }

        if (entry.Accessed is { } accessed)
        {
            records["atime"u8.ToArray()] = TimeText(accessed);
        }

        foreach (var attribute in entry.Attributes)
        {
            records[[.. PaxRecords.AttributePrefix, .. attribute.Name]] = attribute.Value;
        }

        return records;
    }

    private void WriteRecords(TarEntry entry, SortedDictionary<byte[], byte[]> records)
    {
        var data = new MemoryStream();
        foreach (var (key, value) in records)
        {
            PaxRecords.Append(data, key, value);
        }

        _block.AsSpan().Clear();
        // DIR/PaxHeaders.0/FILE, as far as it is ASCII and fits.
        var slash = entry.Path.AsSpan().LastIndexOf((byte)'/');
        byte[] name = [.. entry.Path.AsSpan(0, slash + 1), .. "PaxHeaders.0/"u8, .. entry.Path.AsSpan(slash + 1)];
        PutText(TarHeader.Name, name.Where(static value => value < 0x80).Take(100).ToArray().AsSpan().TrimEnd((byte)'/'));
        PutNumber(TarHeader.Mode, 0);
        PutNumber(TarHeader.Uid, 0);
        PutNumber(TarHeader.Gid, 0);
        PutNumber(TarHeader.Size, data.Length);
        PutNumber(TarHeader.Modified, 0);
        _block[TarHeader.TypeFlag] = (byte)'x';
        PutMagic();
        TarHeader.WriteChecksum(_block);
        _target.Write(_block);
        _target.Write(data.GetBuffer().AsSpan(0, (int)data.Length));
        _padding = (int)(-data.Length & (TarHeader.BlockSize - 1));
        EndEntry();
    }

    private static void AddText(SortedDictionary<byte[], byte[]> records, ReadOnlySpan<byte> key, byte[] value, int room)
    {
        if (value.Length > room || value.AsSpan().ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            records[key.ToArray()] = value;
        }
    }

    private static void AddNumber(SortedDictionary<byte[], byte[]> records, ReadOnlySpan<byte> key, long value, Range field)
    {
        if (!Fits(field, value))
        {
            records[key.ToArray()] = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static bool Fits(Range field, long value) =>
        value >= 0 && value >> (3 * (field.End.Value - field.Start.Value - 1)) == 0;

    private static byte[] TimeText(FileTime time)
    {
        var negative = time.Seconds < 0 && time.Nanoseconds > 0;
        var seconds = negative ? -(time.Seconds + 1) : time.Seconds;
        var nanoseconds = negative ? 1_000_000_000 - time.Nanoseconds : time.Nanoseconds;
        var text = nanoseconds == 0
            ? seconds.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{seconds}.{nanoseconds:d9}").TrimEnd('0');
        return Encoding.ASCII.GetBytes(text);
    }

    private void PutMagic()
    {
        "ustar\0"u8.CopyTo(_block.AsSpan()[TarHeader.Magic]);
        "00"u8.CopyTo(_block.AsSpan()[TarHeader.Version]);
    }

    /// <summary>The ASCII of it, cut to the field: what was cut or left out is in a record.</summary>
    private void PutText(Range field, ReadOnlySpan<byte> text)
    {
        var target = _block.AsSpan()[field];
        var length = 0;
        foreach (var value in text)
        {
            if (length == target.Length)
            {
                break;
            }

            if (value < 0x80)
            {
                target[length++] = value;
            }
        }
    }

    /// <summary>Zero when it does not fit: the value is in a record.</summary>
    private void PutNumber(Range field, long value)
    {
        if (!TarHeader.WriteOctal(_block.AsSpan()[field], value))
        {
            TarHeader.WriteOctal(_block.AsSpan()[field], 0);
        }
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
