using Corten.EngineApi.Images;
using Corten.Images.Catalog;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Images.Listing;

/// <summary>What each platform of an image is and has (<c>manifests=1</c>).</summary>
public sealed class ManifestSummaries(ContentStore content, ImageCatalog catalog, ImageDocuments documents, ImageLayers layers, IImageUsers users)
{
    private const string ReferenceType = "vnd.docker.reference.type";
    private const string ReferenceDigest = "vnd.docker.reference.digest";

    public async Task<IReadOnlyList<ImageManifestSummary>> SummarizeAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        IReadOnlyList<Descriptor> entries = MediaTypes.IsIndex(record.Target.MediaType)
            ? (await documents.IndexAsync(record.Target.Digest, cancellationToken)).Manifests
            : [record.Manifest];
        var summaries = new List<ImageManifestSummary>();
        foreach (var entry in entries)
        {
            summaries.Add(await SummarizeAsync(record, entry, cancellationToken));
        }

        return summaries;
    }

    private async Task<ImageManifestSummary> SummarizeAsync(ImageRecord record, Descriptor entry, CancellationToken cancellationToken)
    {
        var attests = entry.Annotations?.GetValueOrDefault(ReferenceType) == "attestation-manifest";
        var summary = new ImageManifestSummary
        {
            ID = entry.Digest.ToString(),
            Descriptor = ApiObjects.From(entry),
            Kind = attests ? "attestation" : MediaTypes.IsManifest(entry.MediaType) ? "image" : "unknown",
            AttestationData = attests ? new ImageManifestAttestation { For = entry.Annotations?.GetValueOrDefault(ReferenceDigest) ?? "" } : null,
        };
        if (!MediaTypes.IsManifest(entry.MediaType))
        {
            return summary;
        }

        if (!catalog.Has(record.Id, entry.Digest) || !content.Exists(entry.Digest))
        {
            // What was removed of the image is still told of, as far as the index does: clients count on it.
            summary.ImageData = attests ? null : new ImageManifestImage { Platform = ApiObjects.From(entry.Platform ?? new Platform()) };
            return summary;
        }

        var manifest = await documents.ManifestAsync(entry.Digest, cancellationToken);
        Descriptor[] parts = [entry, manifest.Config, .. manifest.Layers];
        summary.Available = parts.All(p => content.Exists(p.Digest));
        summary.Size = new ImageManifestSize { Content = parts.DistinctBy(p => p.Digest).Where(p => content.Exists(p.Digest)).Sum(p => p.Size) };
        summary.Size.Total = summary.Size.Content;
        if (!attests && content.Exists(manifest.Config.Digest))
        {
            var config = (await documents.ConfigAsync(manifest.Config.Digest, cancellationToken)).Config;
            var unpacked = layers.SizeOf(config);
            summary.Size.Total += unpacked;
            summary.ImageData = new ImageManifestImage
            {
                Platform = ApiObjects.From(config.Platform),
                Size = new ImageUnpackedSize { Unpacked = unpacked },
                Containers = entry.Digest == record.Manifest.Digest ? users.ListUses().Where(u => u.Image == record.Id).Select(u => u.ContainerId).Distinct().ToList() : [],
            };
        }

        return summary;
    }
}
