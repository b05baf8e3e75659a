using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Content;
using Corten.Storage.Layers;
using Corten.Storage.Tar;

namespace Corten.Build.Exporting;

/// <summary>A layer as an image names it.</summary>
public sealed record PackedLayer(Digest DiffId, Descriptor Blob, DateTimeOffset? Created)
{
    /// <summary>The archive was not written: it is to be recorded as one that can be made from the layer.</summary>
    public bool Unwritten { get; init; }
}

/// <summary>
/// Turns a tree's folders into layers of images: a tar and its digest, worked out once and remembered, and the folder handed to the layer
/// store, so that containers of the image use the very files that the build made. What was built must be on the disk before it is an image: that is either
/// its archive, or, where that is much in few files, the files themselves; then the archive is written when somebody asks for it.
/// </summary>
public sealed class LayerPacker(BuildCache cache, ContentStore content, LayerStore store, TreeViews views)
{
    /// <summary>Bytes from which on writing a layer's archive is worth avoiding.</summary>
    private const long LargeLayer = 16 << 20;

    /// <summary>Mean bytes of files from which on they reach the disk as fast one by one.</summary>
    private const long LargeFile = 1 << 20;

    private const int MostFiles = 4096;

    private readonly SemaphoreSlim _adopting = new(1, 1);

    /// <param name="tree">What to pack.</param>
    /// <param name="epoch">Cuts the times in what is built here; null to keep them. Layers cut so are kept apart from the cache's own.</param>
    /// <param name="batch">Where archives go.</param>
    /// <param name="mayWait">Archives need not be written: the layers will be handed to <see cref="AdoptAsync"/>.</param>
    /// <param name="cancellation">Stops between two files.</param>
    public async Task<IReadOnlyList<PackedLayer>> PackAsync(Tree tree, DateTimeOffset? epoch, ContentBatch batch, bool mayWait, CancellationToken cancellation)
    {
        var packed = new PackedLayer[tree.Layers.Count];
        await Parallel.ForAsync(0, tree.Layers.Count, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, async (i, stop) =>
        {
            var layer = tree.Layers[i];
            packed[i] = layer.Blob is { } blob ? new PackedLayer(layer.DiffId, blob, layer.Created)
                : await PackOneAsync(tree, i, epoch, batch, mayWait && epoch is null, stop);
        });
        return packed;
    }

    /// <summary>
    /// Hands the layers' folders to the layer store, under the chains that images know them by. A folder of the client's that is a base is not the cache's to give:
    /// it and what lies on it are unpacked from their archives when a container needs them.
    /// </summary>
    public async Task AdoptAsync(Tree tree, IReadOnlyList<PackedLayer> layers, CancellationToken cancellation)
    {
        await _adopting.WaitAsync(cancellation);
        try
        {
            Digest chain = default;
            for (var i = 0; i < layers.Count; i++)
            {
                var parent = chain;
                chain = ChainId.Append(parent, layers[i].DiffId);
                if (tree.Layers[i].Record != 0 && (parent.IsEmpty || store.TryGet(parent) is not null))
                {
                    await AdoptOneAsync(tree.Layers[i], chain, parent, layers[i], cancellation);
                }
            }
        }
        finally
        {
            _adopting.Release();
        }
    }

    private async Task AdoptOneAsync(TreeLayer layer, Digest chain, Digest parent, PackedLayer packed, CancellationToken cancellation)
    {
        var folder = layer.Directory;
        var isLink = new FileInfo(folder).LinkTarget is not null;
        if (store.TryGet(chain) is not null || isLink)
        {
            if (store.TryGet(chain) is null)
            {
                // The folder is the layer store's already, under the chain of another image: one more name for it.
                var path = Path.GetFullPath(new FileInfo(folder).LinkTarget!);
                var owner = store.List().First(l => store.PathOf(l) == path);
                store.AddAlias(chain, owner.Key, parent, packed.DiffId);
            }

            if (packed.Unwritten)
            {
                await store.SyncAsync(chain);
            }
        }
        else
        {
            var adopted = await store.AdoptAsync(chain, parent, folder, packed.DiffId, packed.Unwritten, cancellation);
            Directory.CreateSymbolicLink(folder, store.PathOf(adopted));
            cache.SetChain(layer.Record, chain);
        }

        if (packed.Unwritten)
        {
            content.AdmitArchive(packed.DiffId, packed.Blob.Size, chain);
        }
    }

    private async Task<PackedLayer> PackOneAsync(Tree tree, int index, DateTimeOffset? epoch, ContentBatch batch, bool mayWait, CancellationToken cancellation)
    {
        var layer = tree.Layers[index];
        if (epoch is null && !layer.DiffId.IsEmpty && content.TryGetInfo(layer.DiffId) is { } known)
        {
            return new PackedLayer(layer.DiffId, BlobOf(known.Digest, known.Size), layer.Created);
        }

        if (mayWait && IsMuchInFewFiles(layer.Directory))
        {
            using var digest = new DigestStream();
            await WriteAsync(tree, index, epoch, digest, cancellation);
            var diffId = digest.Finish();
            cache.SetDiffId(layer.Record, diffId);
            return new PackedLayer(diffId, BlobOf(diffId, digest.Position), layer.Created) { Unwritten = true };
        }

        var writer = await batch.BeginAsync(cancellation);
        try
        {
            await WriteAsync(tree, index, epoch, writer, cancellation);
            var diffId = await batch.SealAsync(writer, cancellation);
            if (epoch is null)
            {
                cache.SetDiffId(layer.Record, diffId);
            }

            return new PackedLayer(diffId, BlobOf(diffId, writer.Offset), epoch ?? layer.Created);
        }
        catch
        {
            writer.Abandon();
            await writer.DisposeAsync();
            throw;
        }
    }

    private static bool IsMuchInFewFiles(string directory)
    {
        var usage = TreeUsage.Of(directory, MostFiles);
        return usage.Inodes <= MostFiles && usage.Size >= LargeLayer && usage.Size / usage.Inodes >= LargeFile;
    }

    private Task WriteAsync(Tree tree, int index, DateTimeOffset? epoch, Stream target, CancellationToken cancellation)
    {
        var below = views.Overlay(tree with { Layers = [.. tree.Layers.Take(index)] }, null).Lower;
        return Task.Factory.StartNew(
            () => LayerStore.WriteArchive(tree.Layers[index].Directory, below, target, epoch is { } at ? entry => Cut(entry, at) : null, cancellation),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Cut(TarEntry entry, DateTimeOffset epoch)
    {
        if (entry.Modified.Seconds > epoch.ToUnixTimeSeconds())
        {
            entry.Modified = new FileTime(epoch.ToUnixTimeSeconds(), 0);
        }
    }

    private static Descriptor BlobOf(Digest digest, long size) => new() { MediaType = MediaTypes.OciLayer, Digest = digest, Size = size };
}
