using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;

namespace Corten.Build.Exporting;

/// <summary>
/// The options that something of BuildKit's protocol has, as its documentation lists them. Another is refused: BuildKit passes it by, and who mistyped one never
/// learns of it.
/// </summary>
/// <param name="what">What has them, for messages.</param>
/// <param name="names">All of them.</param>
public sealed class ExporterOptions(string what, params string[] names)
{
    /// <summary><c>image</c>, <c>oci</c>, <c>docker</c>. <c>load</c> and <c>context</c> are clients' own, which send them along.</summary>
    public static readonly ExporterOptions OfImages = new("exporter option",
        "name", "push", "push-by-digest", "registry.insecure", "unpack", "dangling-name-prefix", "danging-name-empty-only", "name-canonical", "store", "oci-mediatypes", "oci-artifact",
        "attestation-inline", "prefer-nondist-layers", "source-date-epoch", "compression", "force-compression", "compression-level", "rewrite-timestamp", "buildinfo", "tar", "load", "context");

    /// <summary><c>local</c> and <c>tar</c>.</summary>
    public static readonly ExporterOptions OfFiles = new("exporter option", "platform-split", "attestation-prefix", "source-date-epoch");

    public static readonly ExporterOptions OfNothing = new("exporter option");

    public static readonly ExporterOptions OfCacheTargets = new("cache-to option",
        "ref", "dest", "tag", "digest", "mode", "compression", "compression-level", "force-compression", "oci-mediatypes", "image-manifest", "ignore-error", "registry.insecure");

    public static readonly ExporterOptions OfCacheSources = new("cache-from option", "ref", "src", "tag", "digest", "registry.insecure");

    public static readonly ExporterOptions OfProvenance = new("provenance option", "type", "mode", "version", "builder-id", "reproducible", "inline-only", "filename", "disabled");

    public static readonly ExporterOptions OfInventories = new("SBOM option", "type", "generator", "disabled");

    /// <summary>What text says that is to be true or false; null for neither.</summary>
    public static bool? TruthOf(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <exception cref="CortenException">InvalidArgument, naming the first that there is not.</exception>
    public void Check(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Keys.Where(k => !names.Contains(k) && !k.StartsWith("annotation", StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw CortenException.Invalid(Suggestion.Append($"unknown {what} {GoText.Quote(unknown)}", unknown, names));
        }
    }
}
