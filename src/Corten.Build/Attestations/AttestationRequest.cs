using Corten.Build.Exporting;
using Corten.Oci.Errors;

namespace Corten.Build.Attestations;

/// <summary>Which attestations a build is to have: <c>attest:provenance</c> and <c>attest:sbom</c>, each with options.</summary>
public sealed record AttestationRequest
{
    public static readonly AttestationRequest None = new();

    /// <summary>How the image was built; null if nobody asked.</summary>
    public ProvenanceOptions? Provenance { get; init; }

    /// <summary>What is in the image.</summary>
    public bool Sbom { get; init; }

    /// <summary>The image that finds out what is in it; null for our own scanner.</summary>
    public Generator? Generator { get; init; }

    public bool IsEmpty => Provenance is null && !Sbom;

    /// <summary>Build arguments that ask for one: <c>BUILDKIT_ATTEST_SBOM</c>.</summary>
    private const string ArgumentPrefix = "build-arg:BUILDKIT_ATTEST_";

    /// <param name="attributes">Of the front end.</param>
    /// <param name="inline">Also what was added without being asked for.</param>
    /// <exception cref="CortenException">InvalidArgument or NotImplemented: something that is not made here.</exception>
    public static AttestationRequest Parse(IReadOnlyDictionary<string, string> attributes, bool inline = false)
    {
        var asked = attributes.Select(a => (Type: TypeOf(a.Key), a.Value)).Where(a => a.Type is not null).ToLookup(a => a.Type!, a => a.Value);
        if (asked.FirstOrDefault(a => a.Key is not ("provenance" or "sbom")) is { } other)
        {
            throw CortenException.Invalid($"unknown attestation type {Dockerfile.Expansion.GoText.Quote(other.Key)}");
        }

        var provenance = asked["provenance"].FirstOrDefault() is { } text ? Fields(text) : null;
        var sbom = asked["sbom"].FirstOrDefault() is { } words ? Fields(words) : null;
        ExporterOptions.OfProvenance.Check(provenance ?? []);
        var generator = sbom is not null && !IsOff(sbom) && sbom.GetValueOrDefault("generator") is { Length: > 0 } image ? GeneratorOf(image, sbom) : null;
        if (generator is null && sbom is not null)
        {
            ExporterOptions.OfInventories.Check(sbom);
        }

        return new AttestationRequest
        {
            // What clients add without being asked is meant for stores that keep it with every image.
            Provenance = provenance is null || (!inline && ImageOutput.Flag(provenance, "inline-only") == true) || IsOff(provenance) ? null : ProvenanceOptions.Parse(provenance),
            Sbom = sbom is not null && !IsOff(sbom), Generator = generator,
        };
    }

    /// <summary>What else was said is for the generator.</summary>
    private static Generator GeneratorOf(string image, Dictionary<string, string> fields)
    {
        var parameters = fields.Where(f => f.Key is not ("type" or "generator" or "disabled")).ToDictionary();
        return !Oci.Image.ImageReference.TryParse(image, out _) ? throw CortenException.Invalid($"invalid SBOM generator {Dockerfile.Expansion.GoText.Quote(image)}")
            : parameters.Keys.FirstOrDefault(k => k.Length == 0 || !k.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) is { } wrong
                ? throw CortenException.Invalid($"invalid parameter {Dockerfile.Expansion.GoText.Quote(wrong)} of an SBOM generator")
            : new Generator(image, parameters);
    }

    private static string? TypeOf(string attribute) =>
        attribute.StartsWith("attest:", StringComparison.Ordinal) ? attribute["attest:".Length..].ToLowerInvariant()
        : attribute.StartsWith(ArgumentPrefix, StringComparison.Ordinal) ? attribute[ArgumentPrefix.Length..].ToLowerInvariant()
        : null;

    private static bool IsOff(Dictionary<string, string> fields) => fields.TryGetValue("disabled", out var off) && off is "" or "true" or "1";

    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>();
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = word.Split('=', 2);
            fields[pair[0].Trim()] = pair.Length > 1 ? pair[1] : "";
        }

        return fields;
    }
}

/// <summary>How much a provenance tells.</summary>
/// <param name="Everything">Also arguments, secrets' names, steps and the Dockerfile itself (<c>mode=max</c>).</param>
/// <param name="BuilderId">Who built, as a URI; empty for nobody in particular.</param>
/// <param name="Reproducible">The user says that the same inputs give the same image.</param>
public sealed record ProvenanceOptions(bool Everything, string BuilderId, bool Reproducible)
{
    /// <summary>What the statement is called beside files; null for <c>provenance.json</c>.</summary>
    public string? FileName { get; init; }

    /// <exception cref="CortenException">InvalidArgument, or NotImplemented: SLSA of another version.</exception>
    public static ProvenanceOptions Parse(IReadOnlyDictionary<string, string> fields) => new(
        fields.GetValueOrDefault("version") is { } version and not "v1" ? throw CortenException.NotImplemented($"provenance of version {version} is not supported: it is of SLSA v1")
        : fields.GetValueOrDefault("mode", "max") switch
        {
            "max" or "full" => true,
            "min" => false,
            var mode => throw CortenException.Invalid($"invalid mode {Dockerfile.Expansion.GoText.Quote(mode)}"),
        },
        fields.GetValueOrDefault("builder-id", ""),
        ImageOutput.Flag(fields, "reproducible") ?? false)
    {
        FileName = fields.GetValueOrDefault("filename") is not { Length: > 0 } name ? null
            : name is "." or ".." || name.Contains('/') ? throw CortenException.Invalid($"invalid provenance filename {Dockerfile.Expansion.GoText.Quote(name)}") : name,
    };
}
