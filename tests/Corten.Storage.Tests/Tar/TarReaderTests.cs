using System.Text;
using Corten.Linux.Files;
using Corten.Storage.Tar;

namespace Corten.Storage.Tests.Tar;

public sealed class TarReaderTests
{
    internal static List<(TarEntry Entry, byte[] Data)> ReadAll(byte[] archive, TarLimits? limits = null)
    {
        var entries = new List<(TarEntry, byte[])>();
        var reader = new TarReader(new MemoryStream(archive), limits);
        var entry = new TarEntry();
        while (reader.Next(entry))
        {
            var data = new MemoryStream();
            reader.OpenData().CopyTo(data);
            entries.Add((entry.Copy(), data.ToArray()));
        }

        return entries;
    }

    private static TarEntry Only(byte[] archive) => Assert.Single(ReadAll(archive)).Entry;

    private static string Refusal(byte[] archive, TarLimits? limits = null) => Assert.Throws<TarException>(() => ReadAll(archive, limits)).Message;

    /// <summary>A header as a v7 or GNU tar would write it, changed by the test, with its checksum set.</summary>
    private static byte[] Header(Action<byte[]> change, string name = "name", byte type = (byte)'0', int size = 0)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        TarHeader.WriteOctal(header.AsSpan(100, 8), 0x1A4);
        TarHeader.WriteOctal(header.AsSpan(108, 8), 0);
        TarHeader.WriteOctal(header.AsSpan(116, 8), 0);
        TarHeader.WriteOctal(header.AsSpan(124, 12), size);
        TarHeader.WriteOctal(header.AsSpan(136, 12), 0);
        header[156] = type;
        change(header);
        TarHeader.WriteChecksum(header);
        return header;
    }

    private static byte[] Gnu(byte type, byte[] content) =>
        [.. Header(static header => "ustar  \0"u8.CopyTo(header.AsSpan(257)), "././@LongLink", type, content.Length),
            .. content, .. new byte[-content.Length & 511]];

    private static byte[] Pax(byte[] records, byte type = (byte)'x') =>
        [.. Header(static header => "ustar\000"u8.CopyTo(header.AsSpan(257)), "PaxHeaders.0/x", type, records.Length),
            .. records, .. new byte[-records.Length & 511]];

    private static byte[] Record(string key, byte[] value)
    {
        var record = new MemoryStream();
        PaxRecords.Append(record, Encoding.UTF8.GetBytes(key), value);
        return record.ToArray();
    }

    private static byte[] Record(string key, string value) => Record(key, Encoding.UTF8.GetBytes(value));

    private static readonly byte[] End = new byte[1024];

    [Fact]
    public void Gnu_long_names_and_links()
    {
        var name = string.Join('/', Enumerable.Repeat("component", 40));
        var link = string.Join('/', Enumerable.Repeat("target", 40));
        var entry = Only([.. Gnu((byte)'K', Encoding.ASCII.GetBytes(link + "\0")), .. Gnu((byte)'L', Encoding.ASCII.GetBytes(name + "\0")),
            .. Header(static _ => { }, "cut", (byte)'2'), .. End]);
        Assert.Equal((name, link), (entry.Name, Encoding.ASCII.GetString(entry.Link)));
    }

    [Fact]
    public void Binary_numbers()
    {
        var entry = Only([.. Header(header =>
        {
            header.AsSpan(108, 8).Clear();
            header[108] = 0x80;
            header[112] = 0xFE;
            header.AsSpan(136, 12).Fill(0xFF);
            header[147] = 0xFB;
        }), .. End]);
        Assert.Equal((0xFE000000u, new FileTime(-5, 0)), (entry.Uid, entry.Modified));
    }

    [Fact]
    public void A_prefix_belongs_to_ustar_only()
    {
        byte[] ustar = Header(static header =>
        {
            "ustar\000"u8.CopyTo(header.AsSpan(257));
            "some/prefix"u8.CopyTo(header.AsSpan(345));
        });
        byte[] gnu = Header(static header =>
        {
            "ustar  \0"u8.CopyTo(header.AsSpan(257));
            "00000000000"u8.CopyTo(header.AsSpan(345));
        });
        Assert.Equal(["some/prefix/name", "name"], ReadAll([.. ustar, .. gnu, .. End]).Select(entry => entry.Entry.Name));
    }

    [Fact]
    public void Records_override_the_header()
    {
        var entry = Only([.. Pax([.. Record("path", "na\nme"), .. Record("uid", "4000000000"), .. Record("mtime", "-1.25"),
            .. Record("atime", "7.000000001"), .. Record("SCHILY.xattr.user.a", [0, 10, 61, 255])]), .. Header(static _ => { }), .. End]);
        Assert.Equal(("na\nme", 4000000000u, new FileTime(-2, 750_000_000), new FileTime(7, 1)),
            (entry.Name, entry.Uid, entry.Modified, entry.Accessed!.Value));
        Assert.Equal([0, 10, 61, 255], Assert.Single(entry.Attributes).Value);
    }

    [Fact]
    public void Global_records_hold_until_the_end_and_local_ones_for_one_entry()
    {
        var entries = ReadAll([.. Pax(Record("uid", "7"), (byte)'g'), .. Header(static _ => { }, "a"), .. Pax(Record("uid", "8")),
            .. Header(static _ => { }, "b"), .. Header(static _ => { }, "c"), .. End]);
        Assert.Equal([7u, 8u, 7u], entries.Select(entry => entry.Entry.Uid));
    }

    [Fact]
    public void Attributes_in_libarchives_form()
    {
        var entry = Only([.. Pax([.. Record("LIBARCHIVE.xattr.user.a%20b", "AAo9"), .. Record("LIBARCHIVE.xattr.user.c", "/w")]),
            .. Header(static _ => { }), .. End]);
        Assert.Equal([("user.a b", "000A3D"), ("user.c", "FF")],
            entry.Attributes.Select(attribute => (Encoding.ASCII.GetString(attribute.Name), Convert.ToHexString(attribute.Value))));
    }

    [Fact]
    public void A_name_that_ends_in_a_slash_is_a_folder_in_old_archives()
    {
        var entries = ReadAll([.. Header(static header => header[156] = 0, "old/"), .. Header(static _ => { }, "/", (byte)'5'), .. End]);
        Assert.Equal([("old", TarEntryType.Directory), (".", TarEntryType.Directory)], entries.Select(entry => (entry.Entry.Name, entry.Entry.Type)));
    }

    [Fact]
    public void Names_are_bytes()
    {
        var entry = Only([.. Header(static header => header[0] = 0xE9), .. End]);
        Assert.Equal([0xE9, (byte)'a', (byte)'m', (byte)'e'], entry.Path);
    }

    public static TheoryData<string> SparseForms => ["pax10", "pax01", "pax00", "gnu"];

    private static byte[] Sparse(string form, long size, IReadOnlyList<SparseRun> runs, byte[] data) => form switch
    {
        "pax10" => SparseArchives.Pax10("sparse", size, runs, data),
        "pax01" => SparseArchives.Pax01("sparse", size, runs, data),
        "pax00" => SparseArchives.Pax00("sparse", size, runs, data),
        _ => SparseArchives.OldGnu("sparse", size, runs, data),
    };

    [Theory]
    [MemberData(nameof(SparseForms))]
    public void Sparse_files_in_every_form(string form)
    {
        var runs = Enumerable.Range(0, 60).Select(i => new SparseRun(i * 4096L, i + 1)).ToList();
        var data = Enumerable.Range(0, runs.Count).SelectMany(i => Enumerable.Repeat((byte)i, i + 1)).ToArray();
        var (entry, read) = Assert.Single(ReadAll(Sparse(form, 1 << 20, runs, data)));
        Assert.Equal(("sparse", 1L << 20), (entry.Name, entry.Size));
        Assert.Equal(runs, entry.Sparse);
        Assert.Equal(data, read);
    }

    [Theory]
    [MemberData(nameof(SparseForms))]
    public void Sparse_maps_that_overlap_or_lie_are_refused(string form)
    {
        var data = new byte[10];
        Assert.Contains("sparse map", Refusal(Sparse(form, 100, [new(0, 5), new(4, 5)], data)));
        Assert.Contains("sparse map", Refusal(Sparse(form, 100, [new(50, 5), new(10, 5)], data)));
        Assert.Contains("sparse map", Refusal(Sparse(form, 100, [new(0, 5), new(98, 5)], data)));
        Assert.Contains("sparse map", Refusal(Sparse(form, 100, [new(0, 11)], data)));
        Assert.Contains("sparse map", Refusal(Sparse(form, 100, [new(0, 1 << 30)], data)));
    }

    [Fact]
    public void Bounds_hold()
    {
        Assert.Contains("larger than", Refusal([.. Pax(Record("comment", new string('x', 5000))), .. Header(static _ => { }), .. End],
            new TarLimits { MaxExtendedHeader = 4096 }));
        Assert.Contains("larger than", Refusal([.. Gnu((byte)'L', new byte[6000]), .. Header(static _ => { }), .. End]));
        Assert.Contains("attributes", Refusal([.. Pax([.. Enumerable.Range(0, 300).SelectMany(i => Record($"SCHILY.xattr.user.{i}", "v"))]),
            .. Header(static _ => { }), .. End]));
        Assert.Contains("too many extended headers", Refusal([.. Enumerable.Repeat(Pax(Record("uid", "1")), 20).SelectMany(x => x),
            .. Header(static _ => { }), .. End]));
        Assert.Contains("runs", Refusal(SparseArchives.Pax10("s", 100, [.. Enumerable.Repeat(new SparseRun(0, 0), 50)], []),
            new TarLimits { MaxSparseRuns = 40 }));
    }

    [Theory]
    [InlineData("12 path=x\n")]
    [InlineData("7 path=x\n")]
    [InlineData("x path=x\n")]
    [InlineData("-8 path=x\n")]
    [InlineData("99999999999 path=x\n")]
    [InlineData("7 path\n")]
    [InlineData("5 =x\n")]
    [InlineData("9 uid=1x\n")]
    [InlineData("9 uid=-1\n")]
    [InlineData("13 mtime=1.x\n")]
    [InlineData("11 size=-1\n")]
    public void Malformed_records_are_refused(string records) =>
        Assert.StartsWith("archive/tar: invalid tar header", Refusal([.. Pax(Encoding.ASCII.GetBytes(records)), .. Header(static _ => { }), .. End]), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        var header = Header(static _ => { });
        header[0] ^= 1;
        Assert.StartsWith("archive/tar: invalid tar header", Refusal([.. header, .. End]));
    }

    [Fact]
    public void An_archive_may_end_without_its_end_blocks() => Assert.Single(ReadAll(Header(static _ => { })));

    [Fact]
    public void What_is_no_file_is_passed_over()
    {
        var entries = ReadAll([.. Header(static _ => { }, "label", (byte)'V'), .. Header(static _ => { }, "file"), .. End]);
        Assert.Equal("file", Assert.Single(entries).Entry.Name);
        Assert.Contains("unhandled", Refusal([.. Header(static _ => { }, "what", (byte)'?'), .. End]));
    }

    /// <summary>The stock client's classic build with <c>-f -</c> leaves the padding of its last file and the end mark away.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void Only_the_padding_of_the_last_file_may_be_short(int padding)
    {
        byte[] archive = [.. Header(static _ => { }, "a", size: 3), .. "abc"u8, .. new byte[509], .. Header(static _ => { }, "b", size: 2), .. "de"u8, .. new byte[padding]];
        Assert.Equal(["abc", "de"], ReadAll(archive).Select(e => Encoding.ASCII.GetString(e.Data)));
        Assert.Equal("unexpected EOF", Refusal(archive[..^(padding + 1)]));
    }
}
