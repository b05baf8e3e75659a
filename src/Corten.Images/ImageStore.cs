using Corten.Distribution;
using Corten.EngineApi.Events;
using Corten.Images.Catalog;
using Corten.Images.Listing;
using Corten.Oci.Image;
using Corten.Storage.Content;
using Corten.Storage.Garbage;
using Corten.Storage.Layers;
using Corten.Storage.Metadata;

namespace Corten.Images;

/// <summary>What the verbs on images share: the stores that images are kept in, and the rules of how one is recorded.</summary>
public sealed class ImageStore
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly InUse _inUse;
    private readonly List<Func<Roots>> _otherRoots = [];
    private readonly GarbageCollector _collector;

    public ImageStore(
        Database database, ContentStore content, LayerStore layers, InUse inUse, GarbageCollector collector, Registries registries, EventLog events, IImageUsers users)
    {
        (Content, Registries, Users, _inUse, _collector) = (content, registries, users, inUse, collector);
        Layers = new ImageLayers(layers, content);
        Catalog = new ImageCatalog(database);
        _ = new LayoutIndex(Catalog, content);
        Sources = new LayerSources(Catalog);
        Documents = new ImageDocuments(content);
        Resolver = new ImageResolver(Catalog, Documents);
        Events = new ImageEvents(events);
        Manifests = new ManifestSummaries(content, Catalog, Documents, Layers, users);
    }

    public ContentStore Content { get; }

    public ImageLayers Layers { get; }

    public ImageCatalog Catalog { get; }

    public LayerSources Sources { get; }

    public ImageDocuments Documents { get; }

    public ImageResolver Resolver { get; }

    public ImageEvents Events { get; }

    public ManifestSummaries Manifests { get; }

    public Registries Registries { get; }

    public IImageUsers Users { get; }

    /// <summary>While it is held, blobs and layers that are looked at or added are not collected.</summary>
    public IDisposable Hold() => _inUse.Hold();

    /// <summary>One removal at a time: its rules look at several images before they act.</summary>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        return new Turn(_changing);
    }

    /// <summary>Lets others keep blobs and layers of theirs from being collected; asked at each collection.</summary>
    public void AddRoots(Func<Roots> roots) => _otherRoots.Add(roots);

    /// <summary>Removes blobs and layers that no image, container or other root needs any more.</summary>
    public async Task<Collected> CollectAsync(CancellationToken cancellationToken)
    {
        var collected = await _collector.CollectAsync(Roots, cancellationToken);
        Sources.Forget([.. collected.Blobs, .. collected.Layers]);
        return collected;
    }

    /// <summary>Takes back what a failed operation left, on its way out: within bounds, and without a second failure in place of the first.</summary>
    public async Task CollectAfterFailureAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await ((Task)CollectAsync(patience.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Roots Roots()
    {
        var (blobs, layers) = Catalog.Roots();
        var others = _otherRoots.Select(roots => roots()).ToList();
        return new Roots([.. blobs, .. others.SelectMany(o => o.Blobs)], [.. layers, .. others.SelectMany(o => o.Layers)]);
    }

    /// <summary>The image that a container is made from; its layers are unpacked when this returns.</summary>
    /// <inheritdoc cref="ImageResolver.ResolveAsync"/>
    public async Task<Image> ResolveUnpackedAsync(string nameOrId, Platform? platform, CancellationToken cancellationToken)
    {
        var image = await Resolver.ResolveAsync(nameOrId, platform, cancellationToken);
        if (!Layers.IsUnpacked(image.Config))
        {
            using var hold = Hold();
            await Layers.UnpackAsync(image.Manifest, image.Config, cancellationToken);
            Catalog.AddLayer(image.Id, image.ChainId);
        }

        return image;
    }

    /// <summary>The configuration of a record; null where its blobs are gone, which must not keep it from being removed.</summary>
    public async Task<ImageConfig?> TryConfigOfAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await Documents.ManifestAsync(record.Manifest.Digest, cancellationToken);
            return (await Documents.ConfigAsync(manifest.Config.Digest, cancellationToken)).Config;
        }
        catch (Oci.Errors.CortenException missing) when (missing.Kind == Oci.Errors.ErrorKind.NotFound)
        {
            return null;
        }
    }

    private sealed class Turn(SemaphoreSlim changing) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                changing.Release();
            }
        }
    }
}
