using Corten.Storage.Layers;
using Corten.Storage.Metadata;

namespace Corten.Storage.Tests.Layers;

/// <summary>The machine went down before layers were on the disk: their rows carry another boot's mark, their files are spoiled.</summary>
public sealed class PowerCutTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    private async Task<Layer> Pulled(string content, Layer? below = null)
    {
        var archive = new ArchiveBuilder().Folder("d").File("d/file", content).ToGzip();
        await _root.Stores.Content.AddAsync(archive);
        return await _root.Stores.Layers.ApplyAsync(below?.Key ?? default, new MemoryStream(archive));
    }

    private void Spoil(params Layer[] layers)
    {
        // What this boot still syncs would take the other boot's mark off again.
        _root.Stores.Layers.Dispose();
        foreach (var layer in layers)
        {
            foreach (var file in Directory.GetFiles(_root.Stores.Layers.PathOf(layer), "*", SearchOption.AllDirectories))
            {
                File.WriteAllText(file, "");
            }

            _root.Stores.Database.Write(Durability.Full, db => db.Execute("UPDATE layers SET unsynced = 'before' WHERE key = ?1", layer.Key));
        }
    }

    [Fact]
    public async Task What_can_be_unpacked_again_is()
    {
        var below = await Pulled("one");
        var above = await Pulled("two", below);
        await _root.Stores.Snapshots.CreateAsync("container", above.Key);
        Spoil(above, below);
        var stores = _root.Reopen();
        Assert.Equal("one", await File.ReadAllTextAsync(stores.Layers.PathOf(stores.Layers.Get(below.Key)) + "/d/file"));
        Assert.Equal("two", await File.ReadAllTextAsync(stores.Layers.PathOf(stores.Layers.Get(above.Key)) + "/d/file"));
        Assert.Empty(stores.Layers.Suspects());
        Assert.Equal(4, Directory.GetDirectories(stores.Root.Layers).Length);
        using var mount = stores.Snapshots.Open("container");
    }

    [Fact]
    public async Task Mount_points_are_made_again()
    {
        var snapshot = await _root.Stores.Snapshots.CreateAsync("container", (await Pulled("one")).Key);
        var init = _root.Stores.Layers.Get(snapshot.Top);
        Directory.Delete(_root.Stores.Layers.PathOf(init) + "/proc");
        Spoil(init);
        var stores = _root.Reopen();
        Assert.True(Directory.Exists(stores.Layers.PathOf(stores.Layers.Get(snapshot.Top)) + "/proc"));
        Assert.Empty(stores.Layers.Suspects());
    }

    [Fact]
    public async Task What_can_not_goes_with_all_above_it()
    {
        var kept = await Pulled("zero");
        var below = await Pulled("one", kept);
        await Pulled("two", below);
        foreach (var blob in _root.Stores.Content.List())
        {
            _root.Stores.Content.Delete(blob.Digest);
        }

        Spoil(below);
        Assert.Equal([kept.Key], _root.Reopen().Layers.List().Select(layer => layer.Key));
    }

    [Fact]
    public async Task What_a_container_stands_on_stays()
    {
        var layer = await Pulled("one");
        await _root.Stores.Snapshots.CreateAsync("container", layer.Key);
        _root.Stores.Content.Delete(_root.Stores.Content.List().Single().Digest);
        Spoil(layer);
        var stores = _root.Reopen();
        Assert.True(stores.Layers.Exists(layer.Key));
        Assert.Empty(stores.Layers.Suspects());
    }

    [Fact]
    public async Task The_mark_goes_once_the_files_are_on_the_disk()
    {
        var layer = await Pulled("one");
        _root.Stores.Layers.Dispose();
        Assert.False(_root.Stores.Database.Read(db => db.Any("SELECT 1 FROM layers WHERE key = ?1 AND unsynced IS NOT NULL", layer.Key)));
    }
}
