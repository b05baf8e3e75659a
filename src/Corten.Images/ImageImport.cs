using Corten.Distribution;
using Corten.Images.Archives;
using Corten.Images.Changes;
using Corten.Images.Progress;
using Corten.Images.Registration;
using Corten.Oci.Image;
using Corten.Storage.Compression;
using Corten.Storage.Content;
using Corten.Storage.Layers;

namespace Corten.Images;

/// <summary>What <c>docker import</c> asks for besides the archive.</summary>
public sealed record ImportOptions
{
    /// <summary>Null for an image without name.</summary>
    public ImageReference? Name { get; init; }

    /// <summary>Empty for <c>Imported from SOURCE</c>.</summary>
    public string Message { get; init; } = "";

    /// <summary>Where the archive came from, for that text; <c>-</c> for the request's body.</summary>
    public string Source { get; init; } = "-";

    /// <summary>Dockerfile lines; see <see cref="ImageChanges"/>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What the files are for; null for this machine.</summary>
    public Platform? Platform { get; init; }
}

/// <summary>Makes an image of one layer out of a root file system in a tar, compressed or not.</summary>
public sealed class ImageImport(ImageStore store, LocalImage local)
{
    /// <summary>The version that images say they were made by.</summary>
    public const string EngineVersion = "28.5.2";

    /// <summary>Imports what an HTTP server sends.</summary>
    public async Task<Digest> ImportFromAddressAsync(string source, ImportOptions options, ProgressReport report, CancellationToken cancellationToken)
    {
        var address = RemoteArchive.AddressOf(source);
        using var response = await RemoteArchive.OpenAsync(store.Registries, address, cancellationToken);
        report.Say($"Downloading from {address}");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ImportAsync(body, options with { Source = address.AbsoluteUri }, report, cancellationToken);
    }

    public async Task<Digest> ImportAsync(Stream archive, ImportOptions options, ProgressReport report, CancellationToken cancellationToken)
    {
        var defaults = ImageChanges.Apply(new ContainerDefaults(), options.Changes);
        using var hold = store.Hold();
        try
        {
            var (layer, blob) = await UnpackAsync(archive, cancellationToken);
            var platform = (options.Platform ?? Platform.Host).Normalized;
            var now = DateTimeOffset.UtcNow;
            var comment = options.Message.Length > 0 ? options.Message : $"Imported from {options.Source}";
            var config = new ImageConfig
            {
                Architecture = platform.Architecture,
                Variant = platform.Variant,
                Os = platform.Os,
                Created = now,
                Config = defaults,
                RootFs = new RootFs { DiffIds = [layer.DiffId] },
                History = [new HistoryEntry { Created = now, Comment = comment }],
                Comment = comment,
                DockerVersion = EngineVersion,
            };
            var image = await local.CreateAsync(config, [blob], default, options.Name is { } name ? [name] : [], cancellationToken);
            report.Say(image.Id.ToString());
            if (options.Name is { } tag)
            {
                store.Events.Published("tag", image.Id, image.Config, tag.Familiar);
            }

            store.Events.Published("import", image.Id, image.Config);
            return image.Id;
        }
        catch
        {
            hold.Dispose();
            await store.CollectAfterFailureAsync();
            throw;
        }
    }

    /// <summary>The archive goes into both stores in one pass: its bytes as the layer's blob, its files as the layer.</summary>
    private async Task<(Layer Layer, Descriptor Blob)> UnpackAsync(Stream archive, CancellationToken cancellationToken)
    {
        await using var writer = await store.Content.BeginAsync("import-" + Guid.NewGuid().ToString("n"), cancellationToken);
        try
        {
            using var ahead = ReadAhead.OfWaiting(archive, cancel: cancellationToken);
            var (source, compression) = await Task.Run(() => AsLayer(ahead), cancellationToken);
            using var unpacked = await store.Layers.Store.UnpackAsync(writer.Tee(source), cancel: cancellationToken);
            var info = await writer.CommitAsync(unpacked.BlobDigest, unpacked.BlobSize, cancellationToken);
            var layer = await store.Layers.Store.CommitAsync(unpacked, default, cancellationToken);
            return (layer, new Descriptor { MediaType = LayerFormat.MediaTypeOf(compression), Digest = info.Digest, Size = info.Size });
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    /// <summary>As it is where layers may be compressed like that; otherwise (bzip2, xz) decompressed.</summary>
    private static (Stream Source, CompressionKind Compression) AsLayer(Stream archive)
    {
        var peeked = new PeekedStream(archive, LayerFormat.MagicLength);
        var compression = Decompression.Detect(peeked.Head);
        return compression is CompressionKind.None or CompressionKind.Gzip or CompressionKind.Zstd
            ? (peeked, compression)
            : (Decompression.Open(peeked), CompressionKind.None);
    }
}
