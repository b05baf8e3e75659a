using System.Text;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Diff;
using Corten.Storage.Snapshots;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Tests.Snapshots;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    private SnapshotStore Snapshots => _root.Stores.Snapshots;

    public void Dispose() => _root.Dispose();

    private static SafeFileHandle OpenFolder(SafeFileHandle root, string path) =>
        FileAt.OpenInRoot(root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory);

    private static void Put(SafeFileHandle folder, string leaf, string content)
    {
        using var file = FileAt.Open(folder, Encoding.UTF8.GetBytes(leaf), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, 0x1A4);
        OpenFile.Write(file, Encoding.UTF8.GetBytes(content));
    }

    private static string Get(SafeFileHandle root, string path)
    {
        using var file = FileAt.OpenInRoot(root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly);
        var buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, OpenFile.Read(file, buffer));
    }

    private async Task<Digest> Image(ArchiveBuilder archive, Digest parent = default) =>
        (await _root.Stores.Layers.ApplyAsync(parent, archive.ToStream())).Key;

    [Fact]
    public async Task Mount_points_are_there_and_no_change()
    {
        var image = await Image(new ArchiveBuilder().Folder(".", entry => (entry.Mode, entry.Uid) = (0x1C0, 4))
            .Folder("etc", entry => entry.Mode = 0x1C0).File("etc/hosts", "mine"));
        await Snapshots.CreateAsync("one", image);
        Assert.Empty(Snapshots.Changes("one"));
        using var mount = Snapshots.Open("one");
        foreach (var path in (string[])["dev/pts", "dev/shm", "dev/console", "proc", "sys", ".dockerenv", "etc/resolv.conf", "etc/hostname", "etc/mtab"])
        {
            using var parent = FileAt.OpenInRoot(mount.Root, Encoding.UTF8.GetBytes(Path.GetDirectoryName(path)!), OpenFlags.Path);
            Assert.True(FileAt.TryStatus(parent, Encoding.UTF8.GetBytes(Path.GetFileName(path)), out _, out _), path);
        }

        Assert.Equal("mine", Get(mount.Root, "etc/hosts"));
        using var etc = OpenFolder(mount.Root, "etc");
        Assert.Equal(0x1C0u, FileAt.Status(etc).Permissions);
        using var top = OpenFolder(mount.Root, ".");
        Assert.Equal((0x1C0u, 4u), (FileAt.Status(top).Permissions, FileAt.Status(top).Uid));
    }

    [Fact]
    public async Task Changes_are_reported_as_docker_reports_them()
    {
        var image = await Image(new ArchiveBuilder().Folder("etc").File("etc/passwd", "root").File("etc/gone", "x").Folder("srv").File("srv/old", "o")
            .Folder("srv/again").File("srv/again/inner", "i").Folder("usr").File("usr/same", "s"));
        await Snapshots.CreateAsync("one", image);
        using (var mount = Snapshots.Open("one"))
        {
            using var etc = OpenFolder(mount.Root, "etc");
            Put(etc, "passwd", "root\nme");
            Put(etc, "new", "n");
            FileAt.Unlink(etc, "gone"u8);
            using var srv = OpenFolder(mount.Root, "srv");
            TreeRemover.Remove(srv, "again"u8);
            FileAt.MakeDirectory(srv, "again"u8, 0x1ED);
            FileAt.MakeDirectory(mount.Root, "fresh"u8, 0x1ED);
            using var usr = OpenFolder(mount.Root, "usr");
            FileAt.ChangeMode(usr, "same"u8, 0x180);
            FileAt.ChangeMode(usr, "same"u8, 0x1A4);
            FileAt.MakeDirectory(usr, "passing"u8, 0x1ED);
            FileAt.RemoveDirectory(usr, "passing"u8);
            FileAt.MakeDirectory(mount.Root, "fresh/deep"u8, 0x1ED);
        }

        Assert.Equal(
            [
                new Change("/etc", ChangeKind.Modified), new Change("/etc/gone", ChangeKind.Deleted), new Change("/etc/new", ChangeKind.Added),
                new Change("/etc/passwd", ChangeKind.Modified), new Change("/fresh", ChangeKind.Added), new Change("/fresh/deep", ChangeKind.Added),
                new Change("/srv", ChangeKind.Modified), new Change("/srv/again", ChangeKind.Modified),
                new Change("/srv/again/inner", ChangeKind.Deleted),
            ], Snapshots.Changes("one"));
    }

    [Fact]
    public async Task A_committed_layer_gives_the_same_tree_again()
    {
        var image = await Image(new ArchiveBuilder().Folder("etc").File("etc/a", "1").File("etc/b", "2").Folder("dir").File("dir/x", "x"));
        await Snapshots.CreateAsync("one", image);
        using (var mount = Snapshots.Open("one"))
        {
            using var etc = OpenFolder(mount.Root, "etc");
            FileAt.Unlink(etc, "a"u8);
            Put(etc, "c", "3");
            TreeRemover.Remove(mount.Root, "dir"u8);
            FileAt.MakeDirectory(mount.Root, "dir"u8, 0x1ED);
            using var dir = OpenFolder(mount.Root, "dir");
            Put(dir, "y", "y");
            FileAt.MakeHardLink(dir, "y"u8, dir, "z"u8);
        }

        var archive = new MemoryStream();
        await Snapshots.WriteLayerAsync("one", archive);
        archive.Position = 0;
        var names = new List<string>();
        var reader = new TarReader(new MemoryStream(archive.ToArray()));
        var entry = new TarEntry();
        while (reader.Next(entry))
        {
            names.Add(entry.Name);
        }

        Assert.Equal(["dir", "dir/.wh..wh..opq", "dir/y", "dir/z", "etc", "etc/.wh.a", "etc/c"], names);
        var layer = await _root.Stores.Layers.ApplyAsync(image, archive);
        await Snapshots.CreateAsync("two", layer.Key);
        using var again = Snapshots.Open("two");
        Assert.Equal("3", Get(again.Root, "etc/c"));
        Assert.Equal("2", Get(again.Root, "etc/b"));
        Assert.Equal("y", Get(again.Root, "dir/z"));
        using var folder = OpenFolder(again.Root, "dir");
        Assert.False(FileAt.TryStatus(folder, "x"u8, out _, out _));
        using var root = OpenFolder(again.Root, "etc");
        Assert.False(FileAt.TryStatus(root, "a"u8, out _, out _));
    }

    [Fact]
    public async Task An_image_without_layers_has_an_empty_root()
    {
        await Snapshots.CreateAsync("one", default, withMountPoints: false);
        using (var mount = Snapshots.Open("one"))
        {
            Put(mount.Root, "file", "x");
        }

        Assert.Equal([new Change("/file", ChangeKind.Added)], Snapshots.Changes("one"));
        using var readOnly = Snapshots.OpenReadOnly("one");
        Assert.Equal("x", Get(readOnly.Root, "file"));
    }

    [Fact]
    public async Task An_id_is_taken_once_and_can_be_made_again()
    {
        await Snapshots.CreateAsync("one", default);
        var error = await Assert.ThrowsAsync<CortenException>(() => Snapshots.CreateAsync("one", default));
        Assert.Equal(ErrorKind.Conflict, error.Kind);
        Assert.True(Snapshots.Remove("one"));
        Assert.False(Snapshots.Remove("one"));
        await Snapshots.CreateAsync("one", default);
        await Assert.ThrowsAsync<CortenException>(() => Snapshots.CreateAsync("../two", default));
    }

    [Fact]
    public async Task Usage_is_what_was_written()
    {
        await Snapshots.CreateAsync("one", await Image(new ArchiveBuilder().File("big", new string('x', 100_000))));
        Assert.Equal(0, Snapshots.Usage("one").Size);
        using (var mount = Snapshots.Open("one"))
        {
            Put(mount.Root, "file", new string('y', 5000));
        }

        Assert.Equal(5000, Snapshots.Usage("one").Size);
        Assert.True(Snapshots.DiskUsage("one") >= 8192);
    }

    [Fact]
    public async Task What_a_container_nested_too_deep_is_removed_all_the_same()
    {
        await Snapshots.CreateAsync("one", default);
        var folder = FileAt.Open(Snapshots.UpperOf("one"), OpenFlags.ReadOnly | OpenFlags.Directory);
        for (var i = 0; i < 3000; i++)
        {
            FileAt.MakeDirectory(folder, "deeper"u8, 0x1ED);
            var next = FileAt.Open(folder, "deeper"u8, OpenFlags.ReadOnly | OpenFlags.Directory);
            folder.Dispose();
            folder = next;
        }

        folder.Dispose();
        Assert.True(Snapshots.Usage("one").Inodes > 3000);
        Assert.True(Snapshots.Remove("one"));
        Assert.False(Directory.Exists(Snapshots.UpperOf("one")));
    }

    [Fact]
    public async Task A_start_takes_away_what_was_being_made_or_removed()
    {
        foreach (var id in new[] { "whole", "half" })
        {
            await _root.Stores.Snapshots.CreateAsync(id, default);
        }

        Directory.Delete(_root.Stores.Snapshots.UpperOf("half"));
        var snapshots = _root.Reopen(new HashSet<string> { "whole", "half" }).Snapshots;
        Assert.Equal(["whole"], snapshots.List().Select(snapshot => snapshot.Id));
    }
}
