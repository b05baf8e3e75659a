using System.Security.Cryptography;
using System.Text;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Layers;
using Corten.Storage.Tar;

namespace Corten.Storage.Tests.Layers;

public sealed class LayerStoreTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    private LayerStore Layers => _root.Stores.Layers;

    public void Dispose() => _root.Dispose();

    private Task<Layer> Apply(ArchiveBuilder archive, Digest parent = default) => Layers.ApplyAsync(parent, archive.ToStream());

    private string At(Layer layer, string path) => Path.Combine(Layers.PathOf(layer), path);

    private static FileStatus Status(string path)
    {
        using var folder = FileAt.Open(Path.GetDirectoryName(path)!, OpenFlags.Path | OpenFlags.Directory);
        return FileAt.Status(folder, Encoding.UTF8.GetBytes(Path.GetFileName(path)));
    }

    private static byte[]? Attribute(string path, string name)
    {
        using var folder = FileAt.Open(Path.GetDirectoryName(path)!, OpenFlags.ReadOnly | OpenFlags.Directory);
        return ExtendedAttributes.Get(folder, Encoding.UTF8.GetBytes(Path.GetFileName(path)), Encoding.UTF8.GetBytes(name));
    }

    [Fact]
    public async Task Unpacks_every_kind_of_entry_with_its_attributes()
    {
        byte[] capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 10, (byte)'=', 0, 0, 0, 0, 0, 0];
        var layer = await Apply(new ArchiveBuilder()
            .Folder("bin", entry => entry.Modified = new FileTime(1_600_000_000, 123_456_789))
            .File("bin/ping", "program", entry =>
            {
                entry.Mode = 0x9ED; // 4755
                entry.Uid = 12;
                entry.Gid = 3_000_000;
                entry.Modified = new FileTime(-5, 999_999_999);
                entry.Attributes.Add(new ExtendedAttribute("security.capability"u8.ToArray(), capability));
                entry.Attributes.Add(new ExtendedAttribute("user.note"u8.ToArray(), "a\nb=c\0d"u8.ToArray()));
            })
            .HardLink("bin/ping6", "bin/ping")
            .Link("bin/sh", "/bin/busybox", entry => entry.Uid = 7)
            .Add(TarEntryType.CharacterDevice, "null", entry => (entry.DeviceMajor, entry.DeviceMinor, entry.Mode) = (1, 3, 0x1B6))
            .Add(TarEntryType.BlockDevice, "disk", entry => (entry.DeviceMajor, entry.DeviceMinor) = (259, 70000))
            .Add(TarEntryType.Fifo, "pipe"));

        var ping = Status(At(layer, "bin/ping"));
        Assert.Equal((0x9EDu, 12u, 3_000_000u, 7L, 2u), (ping.Permissions, ping.Uid, ping.Gid, ping.Size, ping.Links));
        Assert.Equal(new FileTime(-5, 999_999_999), ping.Modified);
        Assert.Equal(capability, Attribute(At(layer, "bin/ping"), "security.capability"));
        Assert.Equal("a\nb=c\0d"u8.ToArray(), Attribute(At(layer, "bin/ping"), "user.note"));
        Assert.Equal(ping.Inode, Status(At(layer, "bin/ping6")).Inode);
        Assert.Equal(new FileTime(1_600_000_000, 123_456_789), Status(At(layer, "bin")).Modified);
        Assert.Equal("/bin/busybox", new FileInfo(At(layer, "bin/sh")).LinkTarget);
        Assert.Equal(7u, Status(At(layer, "bin/sh")).Uid);
        var device = Status(At(layer, "null"));
        Assert.Equal((FileType.CharacterDevice, 1u, 3u, 0x1B6u), (device.Type, device.RdevMajor, device.RdevMinor, device.Permissions));
        Assert.Equal((259u, 70000u), (Status(At(layer, "disk")).RdevMajor, Status(At(layer, "disk")).RdevMinor));
        Assert.Equal(FileType.Fifo, Status(At(layer, "pipe")).Type);
        Assert.Equal(7, layer.Size);
    }

    [Fact]
    public async Task Digests_are_those_of_the_bytes_whatever_the_compression()
    {
        var archive = new ArchiveBuilder().File("a", new string('x', 1_000_000));
        var plain = archive.ToArray();
        var gzip = new ArchiveBuilder().File("a", new string('x', 1_000_000)).ToGzip();
        using var one = await Layers.UnpackAsync(new MemoryStream(plain));
        using var two = await Layers.UnpackAsync(new MemoryStream(gzip));
        var expected = Digest.FromSha256(SHA256.HashData(plain));
        Assert.Equal((expected, expected, (long)plain.Length), (one.DiffId, one.BlobDigest, one.BlobSize));
        Assert.Equal((expected, Digest.FromSha256(SHA256.HashData(gzip)), (long)gzip.Length), (two.DiffId, two.BlobDigest, two.BlobSize));
    }

    [Fact]
    public async Task Whiteouts_become_devices_and_opaque_folders()
    {
        var layer = await Apply(new ArchiveBuilder()
            .Folder("etc").File("etc/.wh.gone").File("etc/.wh..wh..opq").File(".wh..wh.plnk")
            .File(".wh.again").Folder("again").File("again/new", "n")
            .Folder("first").File(".wh.first"));
        Assert.True(Status(At(layer, "etc/gone")).IsWhiteout);
        Assert.Equal("y"u8.ToArray(), Attribute(At(layer, "etc"), "trusted.overlay.opaque"));
        Assert.True(Status(At(layer, "again")).IsDirectory);
        Assert.Equal("y"u8.ToArray(), Attribute(At(layer, "again"), "trusted.overlay.opaque"));
        Assert.Equal("y"u8.ToArray(), Attribute(At(layer, "first"), "trusted.overlay.opaque"));
        Assert.False(Path.Exists(At(layer, ".wh..wh.plnk")));
    }

    [Fact]
    public async Task Implied_folders_look_as_they_do_below()
    {
        var below = await Apply(new ArchiveBuilder().Folder("var", entry => (entry.Uid, entry.Mode) = (5, 0x3FF)).Folder("var/lib", entry => entry.Gid = 6));
        var layer = await Apply(new ArchiveBuilder().File("var/lib/new/file", "x"), below.Key);
        Assert.Equal((5u, 0x3FFu), (Status(At(layer, "var")).Uid, Status(At(layer, "var")).Permissions));
        Assert.Equal(6u, Status(At(layer, "var/lib")).Gid);
        Assert.Equal(new FileTime(1_700_000_000, 0), Status(At(layer, "var/lib")).Modified);
        Assert.Equal(0x1EDu, Status(At(layer, "var/lib/new")).Permissions);
    }

    [Fact]
    public async Task A_hard_link_to_a_file_below_brings_the_file_up()
    {
        var below = await Apply(new ArchiveBuilder().Folder("a").File("a/file", "content", entry => entry.Uid = 9));
        var layer = await Apply(new ArchiveBuilder().HardLink("b/link", "a/file"), below.Key);
        Assert.Equal("content", await File.ReadAllTextAsync(At(layer, "b/link")));
        Assert.Equal(9u, Status(At(layer, "b/link")).Uid);
    }

    [Fact]
    public async Task The_same_layer_is_kept_once()
    {
        var first = await Apply(new ArchiveBuilder().File("a", "1"));
        var again = await Apply(new ArchiveBuilder().File("a", "1"));
        Assert.Equal(first, again);
        Assert.Equal(["0", first.Directory.ToString()], Directory.GetDirectories(_root.Stores.Root.Layers).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_wrong_diff_id_is_refused_and_leaves_nothing()
    {
        var other = Digest.Of("other"u8);
        var error = await Assert.ThrowsAsync<CortenException>(() => Layers.ApplyAsync(default, new ArchiveBuilder().File("a").ToStream(), other));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Empty(Layers.List());
        Assert.Single(Directory.GetDirectories(_root.Stores.Root.Layers));
    }

    [Fact]
    public async Task A_layer_below_another_stays()
    {
        var below = await Apply(new ArchiveBuilder().File("a"));
        var above = await Apply(new ArchiveBuilder().File("b"), below.Key);
        Assert.Equal(ErrorKind.Conflict, Assert.Throws<CortenException>(() => Layers.Remove(below.Key)).Kind);
        Assert.Equal([At(above, "").TrimEnd('/'), At(below, "").TrimEnd('/')], Layers.LowerDirectories(above.Key));
        Assert.True(Layers.Remove(above.Key));
        Assert.True(Layers.Remove(below.Key));
        Assert.False(Layers.Remove(below.Key));
    }

    [Fact]
    public async Task A_sparse_file_stays_sparse_and_reads_the_same()
    {
        var runs = new List<SparseRun> { new(1 << 20, 4), new(8 << 20, 3) };
        var layer = await Layers.ApplyAsync(default, new MemoryStream(SparseArchives.Pax10("hole", 9 << 20, runs, "abcdxyz"u8.ToArray())));
        var status = Status(At(layer, "hole"));
        Assert.Equal(9 << 20, status.Size);
        Assert.True(status.Blocks * 512 < 1 << 20);
        var content = await File.ReadAllBytesAsync(At(layer, "hole"));
        Assert.Equal("abcd"u8.ToArray(), content[(1 << 20)..((1 << 20) + 4)]);
        Assert.Equal("xyz"u8.ToArray(), content[(8 << 20)..((8 << 20) + 3)]);
        Assert.Equal(7, content.Count(value => value != 0));
    }

    [Fact]
    public async Task A_cancelled_unpacking_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var (reader, writer) = (new System.IO.Pipelines.Pipe() is var pipe ? pipe.Reader : null!, pipe.Writer);
        var unpacking = Layers.UnpackAsync(reader.AsStream(), cancel: cancel.Token);
        await writer.WriteAsync(new ArchiveBuilder().File("a", new string('x', 5000)).ToArray().AsMemory(0, 4000));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unpacking);
        Assert.Single(Directory.GetDirectories(_root.Stores.Root.Layers));
    }
}
