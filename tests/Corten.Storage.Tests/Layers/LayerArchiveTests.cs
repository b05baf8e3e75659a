using Corten.Oci.Image;
using Corten.Storage.Garbage;
using Corten.Storage.Layers;

namespace Corten.Storage.Tests.Layers;

/// <summary>Archives that are recorded and not written before somebody reads them.</summary>
public sealed class LayerArchiveTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task An_archive_is_written_when_it_is_read_and_kept_from_then_on()
    {
        var (layer, archive) = await BuiltAsync();
        var content = _root.Stores.Content;
        var info = content.TryGetInfo(layer.DiffId)!;
        Assert.Equal((archive.Length, false), ((int)info.Size, File.Exists(content.PathOf(layer.DiffId))));
        Assert.Equal(0, content.TotalSize());

        // What is recorded outlives a restart, which takes files and rows that do not belong together away.
        content = _root.Reopen().Content;
        Assert.Equal(archive, await content.ReadAllAsync(layer.DiffId));
        Assert.True(content.HasFile(layer.DiffId));
        Assert.Equal(archive, await File.ReadAllBytesAsync(content.PathOf(layer.DiffId)));
        Assert.Equal(archive.Length, content.TotalSize());
    }

    [Fact]
    public async Task Readers_at_the_same_time_get_the_same_archive()
    {
        var (layer, archive) = await BuiltAsync();
        var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _root.Stores.Content.ReadAllAsync(layer.DiffId))));
        Assert.All(copies, copy => Assert.Equal(archive, copy));
    }

    [Fact]
    public async Task The_collector_keeps_a_layer_for_its_archive_and_lets_both_go()
    {
        var (layer, archive) = await BuiltAsync();
        var stores = _root.Reopen();
        await stores.Garbage.CollectAsync(() => new Roots([layer.DiffId], []));
        Assert.Equal(archive, await stores.Content.ReadAllAsync(layer.DiffId));

        stores = _root.Reopen();
        var gone = await stores.Garbage.CollectAsync(() => new Roots([], []));
        Assert.Equal([layer.DiffId], gone.Blobs);
        Assert.Equal([layer.Key], gone.Layers);
    }

    [Fact]
    public async Task An_archive_without_its_layer_is_forgotten()
    {
        var (layer, _) = await BuiltAsync();
        Directory.Delete(_root.Stores.Layers.PathOf(layer), recursive: true);
        Assert.False(_root.Reopen().Content.Exists(layer.DiffId));
    }

    /// <summary>A layer as a build makes it, its archive recorded only; and the bytes of the archive.</summary>
    private async Task<(Layer Layer, byte[] Archive)> BuiltAsync()
    {
        var stores = _root.Stores;
        var upper = Path.Combine(stores.Root.Temporary, "built");
        Directory.CreateDirectory(Path.Combine(upper, "folder"));
        await File.WriteAllTextAsync(Path.Combine(upper, "folder", "file"), "content");
        using var written = new MemoryStream();
        LayerStore.WriteArchive(upper, stores.Layers.LowerDirectories(default), written, null, CancellationToken.None);
        var diffId = Digest.Of(written.ToArray());
        var layer = await stores.Layers.AdoptAsync(ChainId.Append(default, diffId), default, upper, diffId, fewFiles: true);
        stores.Content.AdmitArchive(diffId, written.Length, layer.Key);
        return (layer, written.ToArray());
    }
}
