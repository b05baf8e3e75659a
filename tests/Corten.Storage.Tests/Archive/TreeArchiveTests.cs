using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Tests.Archive;

public sealed class TreeArchiveTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly string _tree;
    private readonly SafeFileHandle _handle;

    public TreeArchiveTests()
    {
        _tree = _root.Folder("tree");
        _handle = FileAt.Open(_tree, OpenFlags.ReadOnly | OpenFlags.Directory);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _root.Dispose();
    }

    private string At(string path) => Path.Combine(_tree, path);

    private async Task<byte[]> Pack(string path, ArchiveOptions? options = null)
    {
        var target = new MemoryStream();
        await TreeArchive.WriteAsync(_handle, Encoding.UTF8.GetBytes(path), target, options);
        return target.ToArray();
    }

    private Task<long> Unpack(ArchiveBuilder archive, ExtractOptions? options = null) => TreeArchive.ExtractAsync(_handle, archive.ToStream(), options);

    private static List<string> Names(byte[] archive)
    {
        var names = new List<string>();
        var reader = new TarReader(new MemoryStream(archive));
        var entry = new TarEntry();
        while (reader.Next(entry))
        {
            names.Add($"{(char)entry.Type} {entry.Name}{(entry.Link.Length > 0 ? " -> " + Encoding.UTF8.GetString(entry.Link) : "")}");
        }

        return names;
    }

    [Fact]
    public async Task A_tree_comes_back_as_it_was()
    {
        await Unpack(new ArchiveBuilder().Folder("d", entry => (entry.Mode, entry.Uid) = (0x1C0, 5))
            .File("d/file", "content", entry => entry.Attributes.Add(new ExtendedAttribute("user.x"u8.ToArray(), [0, 1])))
            .Link("d/link", "/nowhere").HardLink("d/second", "d/file").Add(TarEntryType.Fifo, "pipe"));
        var first = await Pack("");
        Assert.Equal(["5 d", "0 d/file", "2 d/link -> /nowhere", "1 d/second -> d/file", "6 pipe"], Names(first));
        using var copy = FileAt.Open(_root.Folder("copy"), OpenFlags.ReadOnly | OpenFlags.Directory);
        await TreeArchive.ExtractAsync(copy, new MemoryStream(first));
        var second = new MemoryStream();
        await TreeArchive.WriteAsync(copy, default, second);
        Assert.Equal(first, second.ToArray());
    }

    [Fact]
    public async Task What_is_packed_can_be_renamed_left_out_and_given_away()
    {
        await Unpack(new ArchiveBuilder().Folder("src").File("src/a", "1").File("src/b", "2").Folder("src/skip").File("src/skip/c", "3"));
        var archive = await Pack("src", new ArchiveOptions
        {
            Name = "dst"u8.ToArray(), Owner = (7, 8), Exclude = path => path.AsSpan().SequenceEqual("skip"u8),
        });
        Assert.Equal(["5 dst", "0 dst/a", "0 dst/b"], Names(archive));
        var entry = new TarEntry();
        Assert.True(new TarReader(new MemoryStream(archive)).Next(entry));
        Assert.Equal((7u, 8u), (entry.Uid, entry.Gid));
    }

    [Fact]
    public async Task A_single_file_or_link_is_packed_by_name()
    {
        await Unpack(new ArchiveBuilder().Folder("d").File("d/file", "x").Link("d/link", "file").Link("out", "/d"));
        Assert.Equal(["0 file"], Names(await Pack("d/file", new ArchiveOptions { Name = "file"u8.ToArray() })));
        Assert.Equal(["2 link -> file"], Names(await Pack("d/link", new ArchiveOptions { Name = "link"u8.ToArray() })));
        // A link on the way is resolved inside the root.
        Assert.Equal(["0 file"], Names(await Pack("out/file", new ArchiveOptions { Name = "file"u8.ToArray() })));
        Assert.Equal(Errno.ENOENT, (await Assert.ThrowsAsync<LinuxException>(() => Pack("d/none"))).Errno);
    }

    [Fact]
    public async Task A_folder_is_not_replaced_by_a_file_when_told_so()
    {
        await Unpack(new ArchiveBuilder().Folder("d").File("d/inner", "x").File("f", "y"));
        var options = new ExtractOptions { KeepFolderOrNot = true };
        var error = await Assert.ThrowsAsync<CortenException>(() => Unpack(new ArchiveBuilder().File("d", "file"), options));
        Assert.Contains("cannot overwrite directory", error.Message);
        error = await Assert.ThrowsAsync<CortenException>(() => Unpack(new ArchiveBuilder().Folder("f"), options));
        Assert.Contains("cannot overwrite non-directory", error.Message);
        Assert.True(File.Exists(At("d/inner")));
        await Unpack(new ArchiveBuilder().File("d", "file").Folder("f"));
        Assert.Equal("file", await File.ReadAllTextAsync(At("d")));
        Assert.True(Directory.Exists(At("f")));
    }

    [Fact]
    public async Task The_destination_is_resolved_inside_the_root()
    {
        var outside = _root.Folder("outside");
        await Unpack(new ArchiveBuilder().Folder("real").Link("link", "/real").Link("away", outside));
        await Unpack(new ArchiveBuilder().File("a/b", "x"), new ExtractOptions { Destination = "link"u8.ToArray() });
        Assert.Equal("x", await File.ReadAllTextAsync(At("real/a/b")));
        await Assert.ThrowsAsync<CortenException>(() =>
            Unpack(new ArchiveBuilder().File("f", "x"), new ExtractOptions { Destination = "away"u8.ToArray() }));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task Owner_names_and_times_can_be_set()
    {
        await Unpack(new ArchiveBuilder().File("a", "x").File("drop", "y").File("implied/b", "z"), new ExtractOptions
        {
            Owner = (11, 12), Modified = new FileTime(99, 0),
            Rename = path => path.AsSpan().SequenceEqual("drop"u8) ? null : [.. "new-"u8, .. path],
        });
        Assert.Equal(["new-a", "new-implied"], Directory.GetFileSystemEntries(_tree).Select(Path.GetFileName).Order());
        var status = FileAt.Status(_handle, "new-a"u8);
        Assert.Equal((11u, 12u, new FileTime(99, 0)), (status.Uid, status.Gid, status.Modified));
        Assert.Equal(11u, FileAt.Status(_handle, "new-implied"u8).Uid);
    }

    [Fact]
    public async Task Whiteouts_are_plain_files_in_a_plain_archive()
    {
        await Unpack(new ArchiveBuilder().File(".wh.name", "x"));
        Assert.Equal("x", await File.ReadAllTextAsync(At(".wh.name")));
    }

    [Fact]
    public async Task Sockets_are_left_out_and_names_are_bytes()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(At("socket")));
        using (FileAt.TryCreate(_handle, [0xFF, 0xE9], 0x1A4))
        {
        }

        var entry = new TarEntry();
        var reader = new TarReader(new MemoryStream(await Pack("")));
        Assert.True(reader.Next(entry));
        Assert.Equal([0xFF, 0xE9], entry.Path);
        Assert.False(reader.Next(entry));
    }

    [Fact]
    public async Task A_tree_that_changes_meanwhile_is_packed_somehow()
    {
        Directory.CreateDirectory(At("busy"));
        using var stop = new CancellationTokenSource();
        var busy = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                File.WriteAllBytes(At($"busy/{i % 20}"), new byte[i % 30000]);
                File.Delete(At($"busy/{(i + 7) % 20}"));
                Directory.CreateDirectory(At($"busy/d{i % 5}"));
                Directory.Delete(At($"busy/d{i % 5}"));
            }
        });
        for (var i = 0; i < 50; i++)
        {
            Names(await Pack(""));
        }

        await stop.CancelAsync();
        await busy;
    }
}
