using System.Security.Cryptography;
using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Content;
using Corten.Storage.Layers;
using Corten.Storage.Mounts;
using Corten.Storage.Tar;

namespace Corten.Build.Exporting;

/// <summary>A layer as an image names it.</summary>
public sealed record PackedLayer(Digest DiffId, Descriptor Blob, DateTimeOffset? Created);

/// <summary>
/// Turns a tree's folders into layers of images: a tar and its digest, worked out once and remembered, and the folder handed to the layer
/// store, so that containers of the image use the very files that the build made.
/// </summary>
public sealed class LayerPacker(BuildCache cache, ContentStore content, LayerStore store, TreeViews views)
{
    private readonly SemaphoreSlim _adopting = new(1, 1);

    /// <param name="tree">What to pack.</param>
    /// <param name="epoch">Cuts the times in what is built here; null to keep them. Layers cut so are kept apart from the cache's own.</param>
    /// <param name="cancellation">Stops between two files.</param>
    public async Task<IReadOnlyList<PackedLayer>> PackAsync(Tree tree, DateTimeOffset? epoch, CancellationToken cancellation)
    {
        var packed = new PackedLayer[tree.Layers.Count];
        await Parallel.ForAsync(0, tree.Layers.Count, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, async (i, stop) =>
        {
            var layer = tree.Layers[i];
            packed[i] = layer.Blob is { } blob ? new PackedLayer(layer.DiffId, blob, layer.Created)
                : await PackOneAsync(tree, i, epoch, stop);
        });
        return packed;
    }

    /// <summary>Hands the layers' folders to the layer store, under the chains that images know them by.</summary>
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
                if (tree.Layers[i].Record != 0)
                {
                    await AdoptOneAsync(tree.Layers[i], chain, parent, layers[i].DiffId, cancellation);
                }
            }
        }
        finally
        {
            _adopting.Release();
        }
    }

    private async Task AdoptOneAsync(TreeLayer layer, Digest chain, Digest parent, Digest diffId, CancellationToken cancellation)
    {
        var folder = layer.Directory;
        var isLink = new FileInfo(folder).LinkTarget is not null;
        if (store.TryGet(chain) is null)
        {
            if (isLink)
            {
                // The folder is the layer store's already, under the chain of another image: one more name for it.
                var path = Path.GetFullPath(new FileInfo(folder).LinkTarget!);
                var owner = store.List().First(l => store.PathOf(l) == path);
                store.AddAlias(chain, owner.Key, parent, diffId);
                return;
            }

            var adopted = await store.AdoptAsync(chain, parent, folder, diffId, cancellation);
            Directory.CreateSymbolicLink(folder, store.PathOf(adopted));
            cache.SetChain(layer.Record, chain);
        }
    }

    private async Task<PackedLayer> PackOneAsync(Tree tree, int index, DateTimeOffset? epoch, CancellationToken cancellation)
    {
        var layer = tree.Layers[index];
        if (epoch is null && !layer.DiffId.IsEmpty && content.TryGetInfo(layer.DiffId) is { } known)
        {
            return new PackedLayer(layer.DiffId, BlobOf(known), layer.Created);
        }

        await using var writer = await content.BeginAsync($"build-{layer.Uid}-{Guid.NewGuid():n}", cancellation);
        try
        {
            using var hashing = new HashingStream(writer);
            await Task.Factory.StartNew(() => Write(tree, index, epoch, hashing, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var info = await writer.CommitAsync(hashing.Finish(), null, cancellation);
            if (epoch is null)
            {
                cache.SetDiffId(layer.Record, info.Digest);
            }

            return new PackedLayer(info.Digest, BlobOf(info), epoch ?? layer.Created);
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    private void Write(Tree tree, int index, DateTimeOffset? epoch, Stream target, CancellationToken cancellation)
    {
        using var upper = FileAt.Open(tree.Layers[index].Directory, OpenFlags.ReadOnly | OpenFlags.Directory);
        using DetachedMount below = views.Read(tree with { Layers = [.. tree.Layers.Take(index)] });
        var writer = new TarWriter(target);
        using var archiver = new TreeArchiver(writer, new ArchiveOptions { Whiteouts = Whiteouts.Overlay, Adjust = epoch is { } at ? entry => Cut(entry, at) : null }, cancellation);
        archiver.AddLayer(upper, below.Root);
        writer.Finish();
    }

    private static void Cut(TarEntry entry, DateTimeOffset epoch)
    {
        if (entry.Modified.Seconds > epoch.ToUnixTimeSeconds())
        {
            entry.Modified = new FileTime(epoch.ToUnixTimeSeconds(), 0);
        }
    }

    private static Descriptor BlobOf(ContentInfo info) => new() { MediaType = MediaTypes.OciLayer, Digest = info.Digest, Size = info.Size };

    /// <summary>Passes bytes on and hashes them.</summary>
    private sealed class HashingStream(Stream target) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public Digest Finish() => Digest.FromSha256(_hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            target.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
