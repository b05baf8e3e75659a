using System.Text.Json;
using Corten.Build.Exporting;
using Corten.Build.Solving;
using Corten.Images;
using Corten.Images.Push;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Build.CacheTransfer;

/// <summary>Puts a build's results where other builders find them.</summary>
public sealed class CacheExporter(BuildCache cache, LayerPacker packer, ImageStore store)
{
    private readonly LayerCompressor _compressor = new(store);

    /// <summary>What goes into an image's own configuration: its steps with their layers, the others by name.</summary>
    public Dictionary<string, JsonElement>? Inline(BuiltTree built, IReadOnlyList<PackedLayer> layers)
    {
        var document = new Draft(cache);
        document.Add(built, record => built.Tree.Layers.ToList().FindIndex(l => l.Record == record.Id) is >= 0 and var index ? new CachedLayer { DiffId = layers[index].DiffId } : null);
        return new() { [CacheDocument.InlineMember] = JsonSerializer.SerializeToElement(document.Finish(), CacheJson.Plain.CacheDocument) };
    }

    /// <param name="trees">One for each platform.</param>
    /// <param name="everything">Also layers of steps that the results do not hold (<c>mode=max</c>).</param>
    /// <param name="kind">How layers are compressed.</param>
    /// <param name="level">Null for the default.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellation"></param>
    /// <returns>The cache's manifest.</returns>
    public async Task<Descriptor> ExportAsync(
        IReadOnlyList<BuiltTree> trees, bool everything, CompressionKind kind, int? level, ICacheStore target, CancellationToken cancellation)
    {
        using var hold = store.Hold();
        var draft = new Draft(cache);
        foreach (var built in trees)
        {
            var layers = await LayersAsync(built, everything, kind, level, cancellation);
            draft.Add(built, record => layers.GetValueOrDefault(record.Id));
        }

        var document = draft.Finish();
        var config = await AddAsync(JsonSerializer.SerializeToUtf8Bytes(document, CacheJson.Plain.CacheDocument), CacheDocument.MediaType, cancellation);
        Descriptor[] blobs = [.. document.Layers.Select(l => l.Blob!).DistinctBy(b => b.Digest)];
        var content = JsonSerializer.SerializeToUtf8Bytes(new Manifest { MediaType = MediaTypes.OciManifest, Config = config, Layers = blobs }, ImageJson.Plain.Manifest);
        var manifest = await AddAsync(content, MediaTypes.OciManifest, cancellation);
        await target.WriteAsync([.. blobs, config], manifest, content, cancellation);
        return manifest;
    }

    private async Task<Dictionary<long, CachedLayer>> LayersAsync(BuiltTree built, bool everything, CompressionKind kind, int? level, CancellationToken cancellation)
    {
        var layers = new Dictionary<long, CachedLayer>();
        foreach (var tree in everything ? built.Trees.Where(t => !t.IsMissing) : [built.Tree])
        {
            await using var batch = store.Content.BeginBatch();
            var packed = await packer.PackAsync(tree, null, batch, mayWait: false, cancellation);
            await batch.CommitAsync(cancellation);
            for (var i = 0; i < packed.Count; i++)
            {
                var record = tree.Layers[i].Record;
                if (record != 0 && !layers.ContainsKey(record))
                {
                    layers[record] = new CachedLayer { DiffId = packed[i].DiffId, Blob = await _compressor.ConvertAsync(packed[i].Blob, kind, level, cancellation) };
                }
            }
        }

        return layers;
    }

    private async Task<Descriptor> AddAsync(byte[] content, string mediaType, CancellationToken cancellation) =>
        new() { MediaType = mediaType, Digest = await store.Content.AddAsync(content, cancellation), Size = content.Length };

    /// <summary>A document in the making.</summary>
    private sealed class Draft(BuildCache cache)
    {
        private readonly List<CachedLayer> _layers = [];
        private readonly Dictionary<string, CachedStep> _steps = [];
        private readonly Dictionary<(string, string), CachedSelection> _selections = [];

        public void Add(BuiltTree built, Func<CacheRecord, CachedLayer?> layerOf)
        {
            foreach (var tree in built.Trees)
            {
                if (tree.Record != 0 && cache.ById(tree.Record) is { } record)
                {
                    Add(new CachedStep { Uid = record.Uid, Key = record.Key, Description = record.Description, Created = record.Created }, layerOf(record));
                }
                else if (tree.Imported is { } imported)
                {
                    Add(imported with { Layer = null }, null);
                }

                foreach (var (selection, digest) in cache.SelectionsOf(tree.Identity).Concat(built.Selections.Where(s => s.Identity == tree.Identity).Select(s => (s.Selection, s.Digest))))
                {
                    _selections.TryAdd((tree.Identity, selection), new CachedSelection { Identity = tree.Identity, Selection = selection, Digest = digest });
                }
            }
        }

        public CacheDocument Finish() => new()
        {
            Layers = _layers, Records = [.. _steps.Values.OrderBy(s => s.Created).ThenBy(s => s.Uid, StringComparer.Ordinal)],
            Selections = [.. _selections.Values.OrderBy(s => s.Identity, StringComparer.Ordinal).ThenBy(s => s.Selection, StringComparer.Ordinal)],
        };

        private void Add(CachedStep step, CachedLayer? layer)
        {
            if (_steps.ContainsKey(step.Key))
            {
                return;
            }

            if (layer is not null)
            {
                _layers.Add(layer);
                step = step with { Layer = _layers.Count - 1 };
            }

            _steps[step.Key] = step;
        }
    }
}
