using System.Text.Json;
using Corten.Build.Solving;
using Corten.Images;
using Corten.Images.Push;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;
using Corten.Storage.Content;

namespace Corten.Build.Exporting;

/// <summary>An image of one platform whose documents and layers are in the content store.</summary>
/// <param name="Built">What it was made from.</param>
/// <param name="Target">Its manifest, with the platform.</param>
/// <param name="Config">Its configuration's descriptor.</param>
/// <param name="Layers">As the cache has them.</param>
/// <param name="Manifest">As written.</param>
public sealed record WrittenImage(BuiltTree Built, Descriptor Target, Descriptor Config, IReadOnlyList<PackedLayer> Layers, Manifest Manifest);

/// <summary>What a build gives as a whole: a manifest, or an index over several and over attestations.</summary>
/// <param name="Target">The manifest or index.</param>
/// <param name="Images">One for each platform.</param>
public sealed record WrittenResult(Descriptor Target, IReadOnlyList<WrittenImage> Images);

/// <summary>What is added to images besides files and configuration.</summary>
public sealed record ImageAdditions
{
    public static readonly ImageAdditions None = new();

    /// <summary>Makes attestations of an image that is about to be named in an index; null for none.</summary>
    public Func<WrittenImage, CancellationToken, Task<IReadOnlyList<Attestation>>>? Attest { get; init; }

    /// <summary>Further members of the configuration, made for its layers; null for none.</summary>
    public Func<BuiltTree, IReadOnlyList<PackedLayer>, Dictionary<string, JsonElement>?>? Configure { get; init; }
}

/// <summary>A statement about an image (in-toto attestation framework, v1).</summary>
/// <param name="PredicateType">What kind of statement.</param>
/// <param name="Statement">The JSON.</param>
public sealed record Attestation(string PredicateType, byte[] Statement);

/// <summary>Writes built trees as images of the OCI into the content store. Nothing keeps what it wrote but who calls: hold the store meanwhile.</summary>
public sealed class ImageWriter(LayerPacker packer, ImageStore store)
{
    private const string InTotoLayer = "application/vnd.in-toto+json";
    private const string AttestationArtifact = "application/vnd.docker.attestation.manifest.v1+json";

    private static readonly Platform NoPlatform = new() { Architecture = "unknown", Os = "unknown" };

    private readonly LayerCompressor _compressor = new(store);

    /// <param name="trees">One for each platform.</param>
    /// <param name="output">What is wanted.</param>
    /// <param name="asIndex">Several platforms were asked for, even if it is one.</param>
    /// <param name="additions">Attestations, and what goes into the configuration.</param>
    /// <param name="vertex">Progress is told of it.</param>
    /// <param name="progress">Told of each document.</param>
    /// <param name="cancellation"></param>
    /// <param name="stored">The caller hands the layers to the layer store; then archives that nobody reads yet need not be written.</param>
    public async Task<WrittenResult> WriteAsync(IReadOnlyList<BuiltTree> trees, ImageOutput output, bool asIndex, ImageAdditions additions, BuildVertex vertex,
        IBuildProgress progress, CancellationToken cancellation, bool stored = false)
    {
        asIndex |= additions.Attest is not null;
        output.Annotations.CheckPlatforms(trees.Select(t => t.Plan.Platform));
        if (output.Annotations.OnIndex && !asIndex)
        {
            throw CortenException.Invalid("index annotations not supported for single platform export");
        }

        if (output.OciTypes == false && additions.Attest is not null)
        {
            throw CortenException.Invalid("cannot export attestations with \"oci-mediatypes=false\"");
        }

        await using var batch = store.Content.BeginBatch();
        var images = new List<WrittenImage>();
        foreach (var tree in trees)
        {
            images.Add(await WriteOneAsync(batch, tree, output, additions, asIndex, stored, vertex, progress, cancellation));
        }

        if (!asIndex)
        {
            await batch.CommitAsync(cancellation);
            return new WrittenResult(images[0].Target, images);
        }

        var attestations = new List<Descriptor>();
        foreach (var image in additions.Attest is null ? [] : images)
        {
            if (await additions.Attest!(image, cancellation) is { Count: > 0 } statements)
            {
                attestations.Add(await WriteAttestationsAsync(batch, image, statements, output.OciArtifact, vertex, progress, cancellation));
            }
        }

        var index = new ImageIndex
        {
            MediaType = output.OciTypes == false ? MediaTypes.DockerManifestList : MediaTypes.OciIndex, Annotations = output.Annotations.Of(AnnotationPlace.Index, null),
            Manifests = [.. images.Select(i => i.Target), .. attestations],
        };
        var target = await AddAsync(batch, JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Plain.ImageIndex), index.MediaType, cancellation);
        await batch.CommitAsync(cancellation);
        progress.Status(vertex, $"exporting manifest list {target.Digest}", 0, 0, done: true);
        return new WrittenResult(target with { Annotations = output.Annotations.Of(AnnotationPlace.IndexDescriptor, null) }, images);
    }

    private async Task<WrittenImage> WriteOneAsync(
        ContentBatch batch, BuiltTree built, ImageOutput output, ImageAdditions additions, bool inIndex, bool stored, BuildVertex vertex, IBuildProgress progress, CancellationToken cancellation)
    {
        progress.Status(vertex, "exporting layers", 0, 0, done: false);
        var mayWait = stored && KindOf(output, inIndex) == CompressionKind.None;
        var layers = await packer.PackAsync(built.Tree, output.RewriteTimestamp ? built.Plan.Epoch : null, batch, mayWait, cancellation);
        if (!mayWait)
        {
            // They are read again in a moment.
            await batch.CommitAsync(cancellation);
        }

        var blobs = await CompressAsync(layers, output, inIndex, cancellation);
        progress.Status(vertex, "exporting layers", 0, 0, done: true);
        var docker = output.OciTypes == false;
        var config = ImageAssembly.Finish(built.Plan, layers);
        config = additions.Configure?.Invoke(built, layers) is { } extra ? config with { Extra = extra } : config;
        var configuration = await AddAsync(batch, JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Plain.ImageConfig), docker ? MediaTypes.DockerConfig : MediaTypes.OciConfig, cancellation);
        var platform = built.Plan.Platform;
        var manifest = new Manifest
        {
            MediaType = docker ? MediaTypes.DockerManifest : MediaTypes.OciManifest, Config = configuration, Layers = [.. blobs.Select(b => docker ? AsDocker(b) : b)],
            Annotations = output.Annotations.Of(AnnotationPlace.Manifest, platform),
        };
        var target = await AddAsync(batch, JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Plain.Manifest), manifest.MediaType, cancellation);
        progress.Status(vertex, $"exporting manifest {target.Digest}", 0, 0, done: true);
        progress.Status(vertex, $"exporting config {configuration.Digest}", 0, 0, done: true);
        return new WrittenImage(built, target with { Platform = platform, Annotations = output.Annotations.Of(AnnotationPlace.ManifestDescriptor, platform) }, configuration, layers, manifest);
    }

    /// <summary>
    /// Layers that were built are compressed as asked; where nobody asks, an image that stays here is not, and one that goes out is, by gzip. Those of a
    /// base stay as they came unless all are meant.
    /// </summary>
    private async Task<IReadOnlyList<Descriptor>> CompressAsync(IReadOnlyList<PackedLayer> layers, ImageOutput output, bool inIndex, CancellationToken cancellation)
    {
        var kind = KindOf(output, inIndex);
        var blobs = new List<Descriptor>();
        foreach (var layer in layers)
        {
            var built = LayerCompressor.KindOf(layer.Blob) == CompressionKind.None;
            blobs.Add(built || (output.ForceCompression && output.Compression is not null)
                ? await _compressor.ConvertAsync(layer.Blob, kind, output.CompressionLevel, cancellation) : layer.Blob);
        }

        return blobs;
    }

    private static CompressionKind KindOf(ImageOutput output, bool inIndex) =>
        output.Compression ?? (output.Push || inIndex ? CompressionKind.Gzip : CompressionKind.None);

    private async Task<Descriptor> WriteAttestationsAsync(
        ContentBatch batch, WrittenImage image, IReadOnlyList<Attestation> statements, bool artifact, BuildVertex vertex, IBuildProgress progress, CancellationToken cancellation)
    {
        var layers = new List<Descriptor>();
        foreach (var statement in statements)
        {
            layers.Add(await AddAsync(batch, statement.Statement, InTotoLayer, cancellation) with
            {
                Annotations = new Dictionary<string, string> { ["in-toto.io/predicate-type"] = statement.PredicateType },
            });
        }

        var manifest = new Manifest
        {
            MediaType = MediaTypes.OciManifest, Layers = layers,
            Config = artifact ? await AddAsync(batch, "{}"u8.ToArray(), MediaTypes.OciEmpty, cancellation) with { Data = "e30=" } : await AddAsync(batch, ConfigOf(layers), MediaTypes.OciConfig, cancellation),
            ArtifactType = artifact ? AttestationArtifact : null,
            Subject = artifact ? new Descriptor { MediaType = image.Target.MediaType, Digest = image.Target.Digest, Size = image.Target.Size } : null,
        };
        var target = await AddAsync(batch, JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Plain.Manifest), MediaTypes.OciManifest, cancellation);
        progress.Status(vertex, $"exporting attestation manifest {target.Digest}", 0, 0, done: true);
        return target with
        {
            Platform = NoPlatform,
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["vnd.docker.reference.digest"] = image.Target.Digest.ToString(), ["vnd.docker.reference.type"] = "attestation-manifest",
            },
        };
    }

    /// <summary>A configuration that no platform runs, for registries that want one of every manifest.</summary>
    private static byte[] ConfigOf(IReadOnlyList<Descriptor> layers) => JsonSerializer.SerializeToUtf8Bytes(new ImageConfig
    {
        Architecture = "unknown", Os = "unknown", Config = new ContainerDefaults(), RootFs = new RootFs { DiffIds = [.. layers.Select(l => l.Digest)] },
    }, ImageJson.Plain.ImageConfig);

    private static async Task<Descriptor> AddAsync(ContentBatch batch, byte[] content, string mediaType, CancellationToken cancellation) =>
        new() { MediaType = mediaType, Digest = await batch.AddAsync(content, cancellation), Size = content.Length };

    private static Descriptor AsDocker(Descriptor layer) => layer with
    {
        MediaType = layer.MediaType switch
        {
            MediaTypes.OciLayer => MediaTypes.DockerLayer,
            MediaTypes.OciLayerGzip => MediaTypes.DockerLayerGzip,
            var other => other,
        },
    };
}
