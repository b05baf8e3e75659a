using System.Text;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Tar;
using CsCheck;

namespace Corten.Storage.Tests.Tar;

public sealed class TarRoundTripTests
{
    private static readonly Gen<byte[]> GenName =
        Gen.Byte[1, 255].Array[1, 300].Select(bytes => bytes.Select(value => value is (byte)'/' ? (byte)'_' : value).ToArray());

    private static readonly Gen<(TarEntry Entry, byte[] Data)> GenEntry =
        from type in Gen.OneOf([.. Enum.GetValues<TarEntryType>().Select(type => Gen.Const(type))])
        from path in GenName
        from link in GenName
        from mode in Gen.UInt[0, 0xFFF]
        from owner in Gen.Select(Gen.UInt, Gen.UInt)
        from seconds in Gen.Long[-20_000_000_000, 20_000_000_000]
        from nanoseconds in Gen.OneOf(Gen.Const(0u), Gen.UInt[0, 999_999_999])
        from attributes in Gen.Select(Gen.Byte[1, 255].Array[1, 40], Gen.Byte.Array[0, 300]).List[0, 4]
        from data in Gen.Byte.Array[0, 2000]
        from numbers in Gen.Select(Gen.UInt, Gen.UInt)
        select Make(type, path, link, mode, owner, new FileTime(seconds, nanoseconds), attributes, data, numbers);

    private static (TarEntry, byte[]) Make(TarEntryType type, byte[] path, byte[] link, uint mode, (uint, uint) owner, FileTime time,
        List<(byte[], byte[])> attributes, byte[] data, (uint, uint) numbers)
    {
        var isLink = type is TarEntryType.HardLink or TarEntryType.SymbolicLink;
        var isDevice = type is TarEntryType.BlockDevice or TarEntryType.CharacterDevice;
        var entry = new TarEntry
        {
            Type = type, Path = path, Link = isLink ? link : [], Mode = mode, Uid = owner.Item1, Gid = owner.Item2, Modified = time,
            Size = type == TarEntryType.Regular ? data.Length : 0,
            DeviceMajor = isDevice ? numbers.Item1 : 0, DeviceMinor = isDevice ? numbers.Item2 : 0,
        };
        foreach (var (name, value) in attributes)
        {
            var plain = name.Select(letter => letter == '=' ? (byte)'-' : letter).ToArray();
            if (!entry.Attributes.Exists(known => known.Name.AsSpan().SequenceEqual(plain)))
            {
                entry.Attributes.Add(new ExtendedAttribute(plain, value));
            }
        }

        return (entry, type == TarEntryType.Regular ? data : []);
    }

    private static byte[] Write(IEnumerable<(TarEntry Entry, byte[] Data)> entries)
    {
        var target = new MemoryStream();
        var writer = new TarWriter(target);
        foreach (var (entry, data) in entries)
        {
            writer.WriteEntry(entry);
            writer.WriteData(data);
        }

        writer.Finish();
        return target.ToArray();
    }

    private static string Show(TarEntry entry) => string.Join('|',
        entry.Type, Convert.ToHexString(entry.Path), Convert.ToHexString(entry.Link), entry.Mode, entry.Uid, entry.Gid, entry.Size, entry.Modified,
        entry.DeviceMajor, entry.DeviceMinor,
        string.Join(',', entry.Attributes.Select(a => Convert.ToHexString(a.Name) + "=" + Convert.ToHexString(a.Value)).Order()));

    [Fact]
    public void What_is_written_is_read_back() => GenEntry.List[0, 5].Sample(entries =>
    {
        var archive = Write(entries);
        var read = TarReaderTests.ReadAll(archive);
        Assert.Equal(entries.Select(entry => Show(entry.Entry)), read.Select(entry => Show(entry.Entry)));
        Assert.Equal(entries.Select(entry => entry.Data), read.Select(entry => entry.Data));
        Assert.Equal(archive, Write(read));
    }, iter: 300);

    [Fact]
    public void A_damaged_archive_is_read_or_refused_but_nothing_else() => Gen.Select(
        GenEntry.List[1, 4], Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Bool).List[1, 6], Gen.Int[0, int.MaxValue]).Sample((entries, damage, cut) =>
    {
        var archive = Write(entries);
        foreach (var (at, value, fixChecksum) in damage)
        {
            archive[at % archive.Length] = value;
            if (fixChecksum)
            {
                TarHeader.WriteChecksum(archive.AsSpan(at % archive.Length / 512 * 512, 512));
            }
        }

        ReadSomehow(cut % 3 == 0 ? archive[..(cut % archive.Length)] : archive);
    }, iter: 3000);

    [Fact]
    public void Random_bytes_are_read_or_refused_but_nothing_else() => Gen.Select(Gen.Byte.Array[512, 4096], Gen.Char["0125xgLKS"]).Sample((bytes, type) =>
    {
        bytes[156] = (byte)type;
        "ustar\000"u8.CopyTo(bytes.AsSpan(257));
        TarHeader.WriteOctal(bytes.AsSpan(124, 12), bytes.Length - 512);
        foreach (var number in (Range[])[100..108, 108..116, 116..124, 136..148, 329..337, 337..345])
        {
            TarHeader.WriteOctal(bytes.AsSpan()[number], 0);
        }

        TarHeader.WriteChecksum(bytes);
        ReadSomehow(bytes);
    }, iter: 3000);

    private static void ReadSomehow(byte[] archive)
    {
        try
        {
            var entries = TarReaderTests.ReadAll(archive);
            Assert.True(entries.Sum(entry => entry.Data.Length) <= archive.Length);
        }
        catch (TarException e)
        {
            Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        }
    }

    [Fact]
    public void Another_reader_reads_the_same()
    {
        var name = string.Join('/', Enumerable.Repeat("wörd", 60));
        var archive = new ArchiveBuilder().Folder("d").File(name, "content", entry => (entry.Uid, entry.Modified) = (3_000_000, new FileTime(5, 500_000_000)))
            .Link("l", name).HardLink("h", name).Add(TarEntryType.CharacterDevice, "c", entry => (entry.DeviceMajor, entry.DeviceMinor) = (5, 1)).ToArray();
        var reader = new System.Formats.Tar.TarReader(new MemoryStream(archive));
        var seen = new List<string>();
        while (reader.GetNextEntry() is { } entry)
        {
            seen.Add($"{entry.EntryType} {entry.Name} {entry.LinkName} {entry.Uid} {entry.ModificationTime.ToUnixTimeMilliseconds()} {entry.Length}");
        }

        Assert.Equal(
            [
                "Directory d/  0 1700000000000 0", $"RegularFile {name}  3000000 5500 7", $"SymbolicLink l {name} 0 1700000000000 0",
                $"HardLink h {name} 0 1700000000000 0", "CharacterDevice c  0 1700000000000 0",
            ], seen);
    }

    [Fact]
    public void Headers_are_the_bytes_that_go_writes()
    {
        var archive = new ArchiveBuilder().File("etc/motd", "hi\n", entry => (entry.Uid, entry.Gid) = (1000, 50)).ToArray();
        var header = Encoding.ASCII.GetString(archive, 0, 512);
        Assert.Equal("etc/motd\0", header[..9]);
        Assert.Equal("0000644|0001750|0000062|00000000003|14524770400|", header[100..148].Replace('\0', '|'));
        Assert.Equal("0", header[156..157]);
        Assert.Equal("ustar|00", header[257..265].Replace('\0', '|'));
        Assert.Equal("0000000|0000000|", header[329..345].Replace('\0', '|'));
        Assert.Equal(512 + 512 + 1024, archive.Length);
    }
}
