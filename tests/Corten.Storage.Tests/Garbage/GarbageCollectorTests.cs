using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Garbage;

namespace Corten.Storage.Tests.Garbage;

public sealed class GarbageCollectorTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    private Stores Stores => _root.Stores;

    public void Dispose() => _root.Dispose();

    private async Task<Digest> Layer(string name, Digest parent = default) =>
        (await Stores.Layers.ApplyAsync(parent, new ArchiveBuilder().File(name, new string('x', 10_000)).ToStream())).Key;

    private Task<Digest> Blob() => Stores.Content.AddAsync(RandomNumberGenerator.GetBytes(1000));

    private Task<Collected> Collect(Digest[] blobs, Digest[] layers) => Stores.Garbage.CollectAsync(() => new Roots(blobs, layers));

    [Fact]
    public async Task What_nothing_refers_to_goes_and_what_stands_below_stays()
    {
        var below = await Layer("a");
        var kept = await Layer("b", below);
        var gone = await Layer("c", below);
        var top = await Layer("d", gone);
        var (keptBlob, goneBlob) = (await Blob(), await Blob());
        var collected = await Collect([keptBlob], [kept]);
        Assert.Equal([top, gone], collected.Layers);
        Assert.Equal([goneBlob], collected.Blobs);
        Assert.True(collected.Bytes >= 21_000);
        Assert.Equal(new[] { below, kept }.Order(), Stores.Layers.List().Select(layer => layer.Key).Order());
        await Stores.Layers.WhenRemovedAsync();
        Assert.Equal(3, Directory.GetDirectories(Stores.Root.Layers).Length);
        Assert.Empty((await Collect([keptBlob], [kept])).Layers);
    }

    [Fact]
    public async Task A_container_keeps_its_layers()
    {
        var layer = await Layer("a");
        var snapshot = await Stores.Snapshots.CreateAsync("one", layer);
        Assert.Empty((await Collect([], [])).Layers);
        Assert.Equal(ErrorKind.Conflict, Assert.Throws<CortenException>(() => Stores.Layers.Remove(snapshot.Top)).Kind);
        Stores.Snapshots.Remove("one");
        Assert.Equal([snapshot.Top, layer], (await Collect([], [])).Layers);
    }

    [Fact]
    public async Task What_is_let_go_after_the_roots_were_asked_for_is_spared()
    {
        var hold = Stores.InUse.Hold();
        var (blob, layer) = (await Blob(), await Layer("a"));
        await Stores.Garbage.CollectAsync(() =>
        {
            var before = new Roots([], []);
            // Somebody records what he has made, as a root that this collection does not see any more.
            hold.Dispose();
            return before;
        });
        Assert.True(Stores.Content.Exists(blob));
        Assert.True(Stores.Layers.Exists(layer));
        Assert.Equal([layer], (await Collect([], [])).Layers);
    }

    [Fact]
    public async Task What_is_being_put_together_is_spared()
    {
        var old = await Blob();
        using (Stores.InUse.Hold())
        {
            var found = old;
            Assert.True(Stores.Content.Exists(found));
            var (blob, layer) = (await Blob(), await Layer("a"));
            Assert.Empty((await Collect([], [])).Blobs);
            Assert.True(Stores.Content.Exists(blob) && Stores.Layers.Exists(layer));
        }

        var collected = await Collect([], []);
        Assert.Equal((2, 1), (collected.Blobs.Count, collected.Layers.Count));
    }

    [Fact]
    public async Task Usage_is_what_du_says()
    {
        await Blob();
        await Layer("b", await Layer("a"));
        await Stores.Snapshots.CreateAsync("one", default);
        await File.WriteAllTextAsync(Path.Combine(Stores.Snapshots.UpperOf("one"), "f"), new string('x', 50_000));
        Directory.CreateDirectory(Path.Combine(Stores.Root.Path, "volumes", "v"));
        // Layers are brought to the disk meanwhile, which the database notes: what is compared is a moment in which nothing changed.
        long expected;
        StorageUsage usage;
        var tries = 0;
        do
        {
            expected = await DiskUsageAsync(Stores.Root.Path);
            usage = Stores.Usage();
        }
        while (expected != await DiskUsageAsync(Stores.Root.Path) && ++tries < 100);
        Assert.Equal(expected, usage.Total);
        var folders = usage.Layers - Stores.Layers.TotalDiskUsage();
        // What the layers do not account for are the folder that holds them and the empty one.
        Assert.InRange(folders, 0, 3 * 4096);
    }

    [Fact]
    public async Task A_file_that_layers_share_counts_once_and_what_others_count_not_at_all()
    {
        var (one, two) = (await Layer("a"), await Layer("b"));
        var (first, second) = (Stores.Layers.PathOf(Stores.Layers.Get(one)), Stores.Layers.PathOf(Stores.Layers.Get(two)));
        var before = Stores.Layers.TotalDiskUsage(new HashSet<Digest> { two });
        await File.WriteAllTextAsync(Path.Combine(second, "shared"), new string('x', 50_000));
        using var link = Process.Start("ln", [Path.Combine(second, "shared"), Path.Combine(first, "shared")]);
        await link.WaitForExitAsync();
        var expected = await DiskUsageAsync(first, second);
        // The first one's own sum was kept before it shared anything, which layers never begin to do.
        Assert.Equal(expected, Stores.Layers.TotalDiskUsage());
        Assert.Equal(before, Stores.Layers.TotalDiskUsage(new HashSet<Digest> { two }));
        var elsewhere = new HashSet<(ulong, ulong)>();
        TreeUsage.Of(second, counted: elsewhere);
        Assert.InRange(Stores.Layers.TotalDiskUsage(counted: elsewhere), before, expected - 50_000);
    }

    private static async Task<long> DiskUsageAsync(params string[] folders)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-c", "-s", "-B1", .. folders]) { RedirectStandardOutput = true })!;
        var printed = await du.StandardOutput.ReadToEndAsync();
        await du.WaitForExitAsync();
        return long.Parse(printed.TrimEnd().Split('\n')[^1].Split('\t')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Start_takes_back_what_was_half_done()
    {
        var kept = await Layer("a");
        var broken = await Layer("b", kept);
        await Stores.Snapshots.CreateAsync("live", kept);
        await Stores.Snapshots.CreateAsync("dead", kept);
        var folder = Stores.Layers.PathOf(Stores.Layers.Get(broken));
        Directory.Move(folder, folder + "-elsewhere");
        Directory.CreateDirectory(Path.Combine(Stores.Root.Layers, "999", "half"));
        Directory.CreateDirectory(Path.Combine(Stores.Root.Temporary, "half"));
        Directory.CreateDirectory(Stores.Snapshots.UpperOf("orphan"));
        var stores = _root.Reopen(new HashSet<string> { "live" });
        Assert.False(stores.Layers.Exists(broken));
        Assert.Equal(["live"], stores.Snapshots.List().Select(snapshot => snapshot.Id));
        Assert.Empty(Directory.GetFileSystemEntries(stores.Root.Temporary));
        Assert.Equal(stores.Layers.List().Select(layer => layer.Directory).Append(0).Order(),
            Directory.GetDirectories(stores.Root.Layers).Select(path => long.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order());
        Assert.False(Directory.Exists(stores.Snapshots.UpperOf("dead")));
        Assert.False(Directory.Exists(stores.Snapshots.UpperOf("orphan")));
        Assert.True(Directory.Exists(stores.Snapshots.UpperOf("live")));
    }
}
