using Corten.Oci.Errors;

namespace Corten.Build.Exporting;

/// <summary>What <c>-o type=local</c> and <c>type=tar</c> say, by the names that BuildKit's documentation gives the options.</summary>
public sealed record FilesOutput
{
    /// <summary>A folder for each platform; null for as it is needed.</summary>
    public bool? PlatformSplit { get; init; }

    /// <summary>What the names of attestations begin with.</summary>
    public string AttestationPrefix { get; init; } = "";

    /// <summary>The time of every file, in place of its own.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <param name="attributes">Of the exporter.</param>
    /// <param name="epoch">SOURCE_DATE_EPOCH of the build.</param>
    /// <exception cref="CortenException">InvalidArgument.</exception>
    public static FilesOutput Parse(IReadOnlyDictionary<string, string> attributes, DateTimeOffset? epoch)
    {
        ExporterOptions.OfFiles.Check(attributes);
        return new FilesOutput
        {
            PlatformSplit = ImageOutput.Flag(attributes, "platform-split"),
            AttestationPrefix = attributes.GetValueOrDefault("attestation-prefix") ?? "",
            Epoch = EpochOf(attributes) ?? epoch,
        };
    }

    /// <summary>The exporter's own; null for none.</summary>
    internal static DateTimeOffset? EpochOf(IReadOnlyDictionary<string, string> attributes) =>
        SourceDateEpoch.Parse(attributes.GetValueOrDefault("source-date-epoch"));

    /// <summary>The folder of a platform's files; empty for none.</summary>
    public string FolderOf(string platform, bool several) => PlatformSplit ?? several ? platform.Replace('/', '_') : "";

    /// <summary>Where platforms share one folder, their attestations are told apart by name.</summary>
    public string AttestationName(string stem, string ending, string platform, bool several) =>
        PlatformSplit ?? several || platform.Length == 0 ? AttestationPrefix + stem + ending : $"{AttestationPrefix}{stem}.{platform.Replace('/', '_')}{ending}";
}
