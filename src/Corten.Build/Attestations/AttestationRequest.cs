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

    public bool IsEmpty => Provenance is null && !Sbom;

    /// <param name="attributes">Of the front end.</param>
    public static AttestationRequest Parse(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Keys.FirstOrDefault(k => k.StartsWith("attest:", StringComparison.Ordinal) && k is not ("attest:provenance" or "attest:sbom")) is { } other)
        {
            throw CortenException.Invalid($"unknown attestation type {Corten.Build.Dockerfile.Expansion.GoText.Quote(other["attest:".Length..])}");
        }

        var provenance = attributes.GetValueOrDefault("attest:provenance") is { } text ? Fields(text) : null;
        var sbom = attributes.GetValueOrDefault("attest:sbom") is { } words ? Fields(words) : null;
        return new AttestationRequest
        {
            // What clients add without being asked is meant for stores that keep it with every image.
            Provenance = provenance is null || provenance.GetValueOrDefault("inline-only") == "true" || IsOff(provenance) ? null : ProvenanceOptions.Parse(provenance),
            Sbom = sbom is not null && !IsOff(sbom),
        };
    }

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
    public static ProvenanceOptions Parse(IReadOnlyDictionary<string, string> fields) => new(
        fields.GetValueOrDefault("mode", "max") switch
        {
            "max" or "full" => true,
            "min" => false,
            var mode => throw CortenException.Invalid($"invalid mode {Dockerfile.Expansion.GoText.Quote(mode)}"),
        },
        fields.GetValueOrDefault("builder-id", ""),
        fields.GetValueOrDefault("reproducible") is "" or "true" or "1");
}
