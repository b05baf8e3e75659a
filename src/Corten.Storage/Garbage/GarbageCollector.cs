using Corten.Oci.Image;
using Corten.Storage.Content;
using Corten.Storage.Layers;
using Corten.Storage.Snapshots;

namespace Corten.Storage.Garbage;

/// <summary>What must stay: said by those who refer to it, each for his own.</summary>
/// <param name="Blobs">Manifests, indexes, configurations and layers' archives.</param>
/// <param name="Layers">Keys of layers; what is below them stays too.</param>
public sealed record Roots(IEnumerable<Digest> Blobs, IEnumerable<Digest> Layers);

/// <summary>What a collection removed.</summary>
/// <param name="Bytes">Freed on disk.</param>
public sealed record Collected(IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Layers, long Bytes);

/// <summary>
/// Removes what nothing refers to: marked from the roots that the callers name, from snapshots, and from what <see cref="InUse"/> holds; the
/// rest is swept. One collection at a time.
/// </summary>
public sealed class GarbageCollector(
    DataRoot root, ContentStore content, LayerStore layers, SnapshotStore snapshots, InUse inUse)
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>An interrupted pull's bytes are kept this long for its next try.</summary>
    public static TimeSpan IngestAge => TimeSpan.FromHours(24);

    /// <param name="roots">Asked for once the collection has its turn, so that they are no older than it.</param>
    public async Task<Collected> CollectAsync(Func<Roots> roots, CancellationToken cancel = default)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            using var hold = inUse.HoldForCollection();
            return await Task.Run(() => Collect(roots), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>At start, before anything else uses the stores: takes back what was half done when the daemon ended.</summary>
    /// <param name="containers">Ids of the containers that exist.</param>
    public void SweepAtStart(IReadOnlySet<string>? containers = null)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(root.Temporary))
        {
            Archive.TreeRemover.Remove(path);
        }

        content.Sweep();
        layers.Sweep();
        snapshots.Sweep(containers);
        content.DropStaleIngests(IngestAge);
        foreach (var suspect in layers.Suspects())
        {
            // Gone already when what it stands on was given up.
            if (layers.Exists(suspect.Key))
            {
                RestoreAsync(suspect).GetAwaiter().GetResult();
            }
        }

        content.DropArchivesOf(layer => !layers.Exists(layer));
    }

    private async Task RestoreAsync(Layer suspect)
    {
        if (await layers.RestoreAsync(suspect))
        {
            return;
        }

        if (InitLayer.KeyOf(suspect.Parent) == suspect.Key)
        {
            await layers.RebuildAsync(suspect, InitLayer.Fill);
        }
        else
        {
            layers.GiveUp(suspect);
        }
    }

    /// <summary>Layers before blobs, and the roots asked for again between: some blobs are there for the sake of a layer alone.</summary>
    private Collected Collect(Func<Roots> roots)
    {
        var bytes = content.DropStaleIngests(IngestAge);
        var gone = new List<Digest>();
        foreach (var layer in Unmarked(roots()))
        {
            var usage = layers.DiskUsage(layer, []);
            if (layers.TryRemove(layer.Key))
            {
                gone.Add(layer.Key);
                bytes += usage;
            }
        }

        var keep = roots().Blobs.ToHashSet();
        var blobs = new List<Digest>();
        foreach (var blob in content.List())
        {
            if (!keep.Contains(blob.Digest) && !inUse.IsHeld(blob.Digest) && content.Delete(blob.Digest))
            {
                blobs.Add(blob.Digest);
                bytes += blob.HasFile ? blob.Size : 0;
            }
        }

        return new Collected(blobs, gone, bytes);
    }

    /// <summary>Layers that nothing stands on or names, each before the one below it.</summary>
    private List<Layer> Unmarked(Roots roots)
    {
        var all = layers.List().ToDictionary(layer => layer.Key);
        var marked = new HashSet<Digest>();
        // Also those that the archives that stay are made from.
        var archived = content.List().Where(blob => !blob.HasFile).Select(blob => blob.Layer);
        foreach (var key in roots.Layers.Concat(snapshots.List().Select(snapshot => snapshot.Top)).Concat(all.Keys.Where(inUse.IsHeld)).Concat(archived))
        {
            for (var next = key; !next.IsEmpty && marked.Add(next) && all.TryGetValue(next, out var layer);)
            {
                next = layer.Parent;
            }
        }

        var depth = new Dictionary<Digest, int>();
        int DepthOf(Digest key) => key.IsEmpty || !all.TryGetValue(key, out var layer) ? 0
            : depth.TryGetValue(key, out var known) ? known : depth[key] = 1 + DepthOf(layer.Parent);
        return [.. all.Values.Where(layer => !marked.Contains(layer.Key)).OrderByDescending(layer => DepthOf(layer.Key))];
    }
}
