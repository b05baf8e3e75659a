using Corten.Distribution;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.EngineApi.Images;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>Asks a registry what it has under a name.</summary>
public sealed class RegistryInspection(Registries registries)
{
    /// <exception cref="CortenException">The registry's refusal by its kind, or that it can't be reached.</exception>
    public async Task<DistributionInspect> InspectAsync(string image, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        if (image.Length == 64 && image.All(char.IsAsciiHexDigitLower))
        {
            throw CortenException.Internal("no manifest found for full image ID");
        }

        var name = ImageReference.Parse(image).WithDefaultTag();
        var repository = await registries.OpenAsync(name, credentials, RepositoryAccess.Pull, cancellationToken: cancellationToken);
        var fetched = await repository.GetManifestAsync(name.Digest.IsEmpty ? name.Tag! : name.Digest.ToString(), cancellationToken);
        return new DistributionInspect
        {
            Descriptor = ApiObjects.From(fetched.Descriptor),
            Platforms = (await PlatformsAsync(repository, fetched, cancellationToken)).Select(ApiObjects.From).ToList(),
        };
    }

    private static async Task<IReadOnlyList<Platform>> PlatformsAsync(Repository repository, FetchedManifest fetched, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsIndex(fetched.Descriptor.MediaType))
        {
            return ManifestReader.ReadIndex(fetched.Content).Manifests.Select(m => m.Platform).OfType<Platform>().ToList();
        }

        var manifest = ManifestReader.ReadManifest(fetched.Content);
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            return [];
        }

        var json = await repository.GetBlobAsync(manifest.Config.Digest, manifest.Config.Size, Storage.Content.ContentLimits.Document, cancellationToken);
        return [ImageDocuments.ReadConfig(json).Config.Platform];
    }
}
