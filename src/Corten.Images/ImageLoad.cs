using Corten.Images.Archives;
using Corten.Images.Catalog;
using Corten.Images.Progress;
using Corten.Images.Registration;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Images;

/// <summary>Loads what <c>docker save</c>, or any writer of OCI layouts, put into a tar, compressed or not.</summary>
public sealed class ImageLoad(ImageStore store, ImageRegistration registration, LocalImage local)
{
    private const string FullName = "io.containerd.image.name";
    private const string RefName = "org.opencontainers.image.ref.name";

    /// <param name="archive">Read to its end.</param>
    /// <param name="platform">Only images for this, others are passed over; null for all.</param>
    /// <param name="quiet">Say nothing but which images were loaded.</param>
    /// <param name="report">Hears of progress and of each image.</param>
    /// <param name="cancellationToken"></param>
    /// <returns>The images, each once for each of its names.</returns>
    /// <exception cref="CortenException">InvalidArgument: damaged, truncated or hostile. Nothing of it is kept.</exception>
    public async Task<IReadOnlyList<Image>> LoadAsync(Stream archive, Platform? platform, bool quiet, ProgressReport report, CancellationToken cancellationToken)
    {
        using var hold = store.Hold();
        try
        {
            var scan = await ScanAsync(archive, quiet, report, cancellationToken);
            var images = new List<Image>();
            var brought = new Dictionary<Digest, Image>();
            if (scan.Document("index.json") is { } index)
            {
                await LoadLayoutAsync(scan, index, platform, images, brought, report, cancellationToken);
            }

            if (scan.Document("manifest.json") is { } manifest)
            {
                await LoadSavedAsync(scan, manifest, platform, images, brought, report, cancellationToken);
            }

            if (platform is not null)
            {
                // What is for other platforms was read like the rest, and nothing keeps it.
                hold.Dispose();
                await store.CollectAsync(cancellationToken);
                if (images.Count == 0)
                {
                    // That is all that Docker says of it.
                    report.Put(new EngineApi.Streams.ProgressMessage());
                }
            }

            return images.Count > 0 || platform is not null ? images
                : throw CortenException.Invalid("the archive holds no image: it has neither a manifest.json nor an index.json that names one");
        }
        catch
        {
            hold.Dispose();
            await store.CollectAfterFailureAsync();
            throw;
        }
    }

    private async Task<ArchiveScan> ScanAsync(Stream archive, bool quiet, ProgressReport report, CancellationToken cancellationToken)
    {
        using var ahead = ReadAhead.OfWaiting(archive, cancel: cancellationToken);
        return await Task.Factory.StartNew(
            () =>
            {
                using var plain = Decompression.Open(ahead);
                return ArchiveScan.Read(plain, store.Content, (name, current, total) => Report(name, current, total, quiet, report), cancellationToken);
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Layers are told by their size: what is shorter than a tar's smallest is a document.</summary>
    private static void Report(string name, long current, long total, bool quiet, ProgressReport report)
    {
        const long SmallestTar = 10 * 1024;
        if (!quiet && total >= SmallestTar)
        {
            var id = name.Split('/') is [.., var folder, "layer.tar"] ? folder : name[(name.LastIndexOf('/') + 1)..];
            report.Count(id.Length > 12 ? id[..12] : id, "Loading layer", current, total);
        }
    }

    /// <summary>An OCI layout: every entry of its index is a manifest or an index whose bytes are kept as they are.</summary>
    /// <param name="brought">Gets the image of every configuration, of all its platforms.</param>
    private async Task LoadLayoutAsync(
        ArchiveScan scan, byte[] json, Platform? platform, List<Image> images, Dictionary<Digest, Image> brought, ProgressReport report, CancellationToken cancellationToken)
    {
        foreach (var group in Distribution.Registry.ManifestReader.ReadIndex(json).Manifests.GroupBy(m => m.Digest))
        {
            var entry = group.First();
            if (scan.Find($"blobs/{entry.Digest.Algorithm}/{entry.Digest.Hex}") is not { } file)
            {
                throw CortenException.Invalid($"invalid archive: index.json names {entry.Digest}, which the archive does not have");
            }

            var mediaType = entry.MediaType.Length > 0 ? entry.MediaType : await SniffAsync(file, cancellationToken);
            if (!MediaTypes.IsManifest(mediaType) && !MediaTypes.IsIndex(mediaType))
            {
                continue;
            }

            if (MediaTypes.IsManifest(mediaType) && !await FitsAsync((await store.Documents.ManifestAsync(entry.Digest, cancellationToken)).Config.Digest, platform, cancellationToken))
            {
                continue;
            }

            var names = group.Select(NameOf).OfType<ImageReference>().ToList();
            var target = new Descriptor { MediaType = mediaType, Digest = entry.Digest, Size = file.Size, Platform = entry.Platform };
            await AnnounceReplacedAsync(names, async () => await registration.RegisterAsync(target, names, platform, [], cancellationToken), images, report);
            await NoteAsync(target, images[^1], brought, cancellationToken);
        }
    }

    private async Task<bool> FitsAsync(Digest config, Platform? platform, CancellationToken cancellationToken) =>
        platform is null || PlatformChoice.Runs(platform, (await store.Documents.ConfigAsync(config, cancellationToken)).Config.Platform);

    private async Task NoteAsync(Descriptor target, Image image, Dictionary<Digest, Image> brought, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(target.MediaType))
        {
            brought.TryAdd((await store.Documents.ManifestAsync(target.Digest, cancellationToken)).Config.Digest, image);
            return;
        }

        foreach (var entry in (await store.Documents.IndexAsync(target.Digest, cancellationToken)).Manifests.Where(m => store.Content.Exists(m.Digest)))
        {
            await NoteAsync(entry, image, brought, cancellationToken);
        }
    }

    private async Task<string> SniffAsync(ArchiveFile file, CancellationToken cancellationToken) =>
        Distribution.Registry.ManifestReader.MediaTypeOf(await store.Content.ReadAllAsync(file.Digest, cancel: cancellationToken)) ?? "";

    /// <summary>
    /// Docker's own list. An image that the index has brought already only adds names; of several platforms the list has one, that of the machine it was written on.
    /// </summary>
    private async Task LoadSavedAsync(ArchiveScan scan, byte[] json, Platform? platform, List<Image> images, IReadOnlyDictionary<Digest, Image> known, ProgressReport report,
        CancellationToken cancellationToken)
    {
        foreach (var saved in ArchiveJson.ReadManifest(json))
        {
            var names = (saved.RepoTags ?? []).Select(ImageReference.Parse).Select(n => n.WithDefaultTag()).ToList();
            var config = scan.Find(saved.Config) ?? throw CortenException.Invalid($"invalid archive: manifest.json names {saved.Config}, which the archive does not have");
            if (!await FitsAsync(config.Digest, platform, cancellationToken))
            {
                continue;
            }

            var brought = known.GetValueOrDefault(config.Digest) ?? images.FirstOrDefault(i => i.ConfigDigest == config.Digest);
            var fresh = names.Where(n => !images.Any(i => i.Id == brought?.Id && n == i.Reference)).ToList();
            if (brought is null || fresh.Count > 0)
            {
                await AnnounceReplacedAsync(
                    fresh, async () => brought is null ? await CreateAsync(scan, saved, config, names, cancellationToken) : Rename(brought, fresh), images, report);
            }
        }
    }

    private Image Rename(Image image, IReadOnlyList<ImageReference> names)
    {
        store.Catalog.Tag(names, image.Id);
        return image;
    }

    private async Task<Image> CreateAsync(
        ArchiveScan scan, SavedImage saved, ArchiveFile config, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        var parsed = (await store.Documents.ConfigAsync(config.Digest, cancellationToken)).Config;
        var layers = (saved.Layers ?? []).Select(path =>
        {
            var file = scan.Find(path) ?? throw CortenException.Invalid($"invalid archive: manifest.json names {path}, which the archive does not have");
            return new Descriptor { MediaType = LayerFormat.MediaTypeOf(file.Compression), Digest = file.Digest, Size = file.Size };
        }).ToList();
        var descriptor = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = config.Digest, Size = config.Size };
        return await local.CreateAsync(descriptor, parsed, layers, default, names, cancellationToken);
    }

    /// <summary>Records an image and says so, name by name; who had a name before and lost it is told first.</summary>
    private async Task AnnounceReplacedAsync(IReadOnlyList<ImageReference> names, Func<Task<Image>> record, List<Image> images, ProgressReport report)
    {
        var before = names.ToDictionary(n => n, n => store.Catalog.Find(n)?.Id ?? default);
        var image = await record();
        foreach (var name in names)
        {
            if (before[name] is { IsEmpty: false } old && old != image.Id)
            {
                report.Print($"The image {name.Familiar} already exists, renaming the old one with ID {old} to empty string\n");
            }

            report.Print($"Loaded image: {name.Familiar}\n");
            images.Add(image with { Reference = name });
        }

        if (names.Count == 0)
        {
            report.Print($"Loaded image ID: {image.Id}\n");
            images.Add(image);
        }

        store.Events.Published("load", image.Id, image.Config);
    }

    /// <summary>The full name that containerd and Docker write; otherwise the reference name where it is more than a tag.</summary>
    private static ImageReference? NameOf(Descriptor entry)
    {
        var text = entry.Annotations?.GetValueOrDefault(FullName)
            ?? (entry.Annotations?.GetValueOrDefault(RefName) is { } name && name.IndexOfAny(['/', ':']) >= 0 ? name : null);
        return text is not null && ImageReference.TryParse(text, out var reference) ? reference.WithDefaultTag() : null;
    }
}
