using Corten.Build.Execution;
using Corten.Build.Exporting;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>Makes the attestations that a build was asked for.</summary>
public sealed class Attester(TreeViews views)
{
    /// <param name="request">Which.</param>
    /// <param name="provenance">How the build came about; null if nobody wants to know.</param>
    /// <param name="names">What the image is called.</param>
    /// <param name="scans">What the request's generator says of a tree.</param>
    /// <param name="warn">Told of what is left out.</param>
    /// <returns>What <see cref="ImageAdditions.Attest"/> takes; null for none.</returns>
    public Func<WrittenImage, CancellationToken, Task<IReadOnlyList<Attestation>>>? For(AttestationRequest request, Provenance? provenance, IReadOnlyList<ImageReference> names, Func<Solving.Tree, IReadOnlyList<Scanned>> scans,
        Action<string> warn) =>
        request.IsEmpty ? null : (image, cancellation) => Task.Run<IReadOnlyList<Attestation>>(() =>
        {
            var made = new List<Attestation>();
            if (request.Generator is not null)
            {
                made.AddRange(scans(image.Built.Tree).Select(s => Statement.Of(image, names, s.PredicateType, json => json.WriteRawValue(s.Predicate))));
            }
            else if (request.Sbom)
            {
                var name = names.Count > 0 ? names[0].Familiar : image.Target.Digest.ToString();
                made.Add(Statement.Of(image, names, SpdxDocument.PredicateType, json => new SpdxDocument(views, warn).Write(json, image.Built, name, image.Target.Digest)));
                made.AddRange(image.Built.Scans.Select(s =>
                    Statement.Of(image, names, SpdxDocument.PredicateType, json => new SpdxDocument(views, warn).WriteScan(json, image.Built, s, image.Target.Digest))));
            }

            if (provenance is not null)
            {
                made.Add(Statement.Of(image, names, Provenance.PredicateType, json => provenance.Write(json, image.Built)));
            }

            return made;
        }, cancellation);
}
