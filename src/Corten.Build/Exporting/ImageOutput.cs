using System.Globalization;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Build.Exporting;

/// <summary>What <c>-o type=image</c> and its kin say of the image, by the names that BuildKit's documentation gives the options.</summary>
public sealed record ImageOutput
{
    /// <summary>Kept as the store likes it best: nothing is compressed before somebody pushes it.</summary>
    public static readonly ImageOutput Default = new();

    public IReadOnlyList<ImageReference> Names { get; init; } = [];

    /// <summary>The names as they were said: clients get them back so.</summary>
    public IReadOnlyList<string> GivenNames { get; init; } = [];

    public bool Push { get; init; }

    /// <summary>Pushed under no tag: who wants it asks for its digest.</summary>
    public bool PushByDigest { get; init; }

    /// <summary>False: it is made and pushed, and not kept as an image here.</summary>
    public bool Store { get; init; } = true;

    /// <summary>The registry may speak plain HTTP or show any certificate.</summary>
    public bool InsecureRegistry { get; init; }

    /// <summary>Also name the image <c>NAME@DIGEST</c>.</summary>
    public bool NameCanonical { get; init; }

    /// <summary>A repository that the image is named after with its digest; null for none.</summary>
    public string? DanglingPrefix { get; init; }

    /// <summary>Also attestations that clients add unasked for stores that keep them with every image.</summary>
    public bool InlineAttestations { get; init; }

    /// <summary>In place of the build's SOURCE_DATE_EPOCH; null for that.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>Media types of the OCI instead of Docker's; null for the exporter's own.</summary>
    public bool? OciTypes { get; init; }

    /// <summary>Attestations as artifacts that name their subject.</summary>
    public bool OciArtifact { get; init; }

    /// <summary>Null for the exporter's own.</summary>
    public CompressionKind? Compression { get; init; }

    public int? CompressionLevel { get; init; }

    /// <summary>Also layers that came with a base.</summary>
    public bool ForceCompression { get; init; }

    /// <summary>Times of files that were built are cut to SOURCE_DATE_EPOCH.</summary>
    public bool RewriteTimestamp { get; init; }

    /// <summary>False: a folder instead of an archive, for exporters that write either.</summary>
    public bool Archive { get; init; } = true;

    public ImageAnnotations Annotations { get; init; } = ImageAnnotations.None;

    /// <exception cref="CortenException">InvalidArgument: a value that can't be; NotImplemented: one that is not made here.</exception>
    public static ImageOutput Parse(IReadOnlyDictionary<string, string> attributes)
    {
        ExporterOptions.OfImages.Check(attributes);
        // What was built is unpacked already: containers use the build's own folders. Unless its times were cut, which gives other files.
        var unpack = Flag(attributes, "unpack") ?? false;
        if (Flag(attributes, "prefer-nondist-layers") == true)
        {
            throw CortenException.NotImplemented("prefer-nondist-layers=true is not supported: layers are pushed under the types that they came with");
        }

        if (Flag(attributes, "buildinfo") == true)
        {
            throw CortenException.NotImplemented("buildinfo=true is not supported: build information was replaced by --provenance");
        }

        var names = Words(attributes.GetValueOrDefault("name")).Select(ImageReference.Parse).ToList();
        if (names.Exists(n => !n.Digest.IsEmpty))
        {
            throw CortenException.Invalid("refusing to create a tag with a digest reference");
        }

        var kind = CompressionOf(attributes.GetValueOrDefault("compression") ?? "");
        return new ImageOutput
        {
            Names = [.. names.Select(n => n.WithDefaultTag()).Distinct()],
            GivenNames = [.. names.Select(n => n.ToString()).Distinct()],
            Push = Flag(attributes, "push") ?? false,
            PushByDigest = Flag(attributes, "push-by-digest") ?? false,
            InsecureRegistry = Flag(attributes, "registry.insecure") ?? false,
            NameCanonical = Flag(attributes, "name-canonical") ?? false,
            Store = Flag(attributes, "store") ?? true,
            DanglingPrefix = attributes.GetValueOrDefault("dangling-name-prefix") is { Length: > 0 } prefix && !(names.Count > 0 && Flag(attributes, "danging-name-empty-only") == true) ? prefix : null,
            InlineAttestations = Flag(attributes, "attestation-inline") ?? false,
            Epoch = FilesOutput.EpochOf(attributes),
            OciTypes = Flag(attributes, "oci-mediatypes"),
            OciArtifact = Flag(attributes, "oci-artifact") ?? false,
            Compression = kind,
            CompressionLevel = Level(attributes, kind),
            ForceCompression = Flag(attributes, "force-compression") ?? false,
            RewriteTimestamp = Flag(attributes, "rewrite-timestamp") ?? false,
            Archive = Flag(attributes, "tar") ?? true,
            Annotations = ImageAnnotations.Parse(attributes),
        }.Checked(names, unpack);
    }

    /// <summary>What it is called where it is pushed to.</summary>
    public IEnumerable<ImageReference> PushedNames(Digest digest) => !Push ? []
        : [.. Names.Select(n => PushByDigest ? n.WithDigest(digest) : n), .. DanglingPrefix is { } prefix ? [ImageReference.Parse(prefix).WithDigest(digest)] : Array.Empty<ImageReference>()];

    private ImageOutput Checked(IReadOnlyList<ImageReference> given, bool unpack) =>
        Push && PushByDigest && given.FirstOrDefault(n => n.Tag is not null || !n.Digest.IsEmpty) is { } tagged ? throw CortenException.Invalid($"can't push tagged ref {tagged} by digest")
        : unpack && RewriteTimestamp ? throw CortenException.Invalid("exporter option \"rewrite-timestamp\" conflicts with \"unpack\"")
        : OciTypes == false && Compression == CompressionKind.Zstd ? throw CortenException.Invalid("exporter option \"compression=zstd\" conflicts with \"oci-mediatypes=false\"")
        : OciTypes == false && OciArtifact ? throw CortenException.Invalid("exporter option \"oci-artifact=true\" conflicts with \"oci-mediatypes=false\"")
        : OciTypes == false && Annotations.NeedsOci ? throw CortenException.Invalid("cannot export annotations with \"oci-mediatypes=false\"")
        : this;

    private static CompressionKind? CompressionOf(string text) => text switch
    {
        "" => null,
        "uncompressed" => CompressionKind.None,
        "gzip" => CompressionKind.Gzip,
        "zstd" => CompressionKind.Zstd,
        "estargz" => throw CortenException.NotImplemented("compression=estargz is not supported: use gzip or zstd"),
        _ => throw CortenException.Invalid($"unsupported layer compression type {text}"),
    };

    private static int? Level(IReadOnlyDictionary<string, string> attributes, CompressionKind? kind)
    {
        if (attributes.GetValueOrDefault("compression-level") is not { Length: > 0 } text)
        {
            return null;
        }

        var most = kind == CompressionKind.Zstd ? 22 : 9;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level <= most ? level
            : throw CortenException.Invalid($"invalid value {text} specified for compression-level: 0 to {most} are possible");
    }

    private static string[] Words(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Null if it was not said; the name alone says yes.</summary>
    internal static bool? Flag(IReadOnlyDictionary<string, string> attributes, string name) => attributes.GetValueOrDefault(name) switch
    {
        null => null,
        "" => true,
        var text => ExporterOptions.TruthOf(text) ?? throw CortenException.Invalid($"non-bool value specified for {name}: {text}"),
    };
}
