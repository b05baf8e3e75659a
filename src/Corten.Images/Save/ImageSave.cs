using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Save;

/// <summary>
/// Writes images as one archive that is both at once: an OCI layout (oci-layout, index.json, blobs/) and a docker-archive (manifest.json,
/// repositories) over the same blobs. Manifests are written as they came, so that their digests survive.
/// </summary>
public sealed class ImageSave(ImageStore store)
{
    /// <param name="names">As the user wrote them: a repository without tag means all its tags, an id the image without names.</param>
    /// <param name="platform">Of images of several platforms only this one.</param>
    /// <param name="cancellationToken"></param>
    /// <returns>What is to be written; disposed when that is done, since it keeps the blobs from being collected.</returns>
    /// <exception cref="CortenException">NotFound.</exception>
    public async Task<SavedArchive> PrepareAsync(IReadOnlyList<string> names, Platform? platform, CancellationToken cancellationToken)
    {
        var hold = store.Hold();
        try
        {
            var archive = new SavedArchive(store.Content, hold);
            foreach (var (asked, found, tags) in names.SelectMany(Find))
            {
                await AddAsync(archive, await OpenAsync(found, asked, platform, cancellationToken), tags, platform, cancellationToken);
            }

            archive.Complete();
            store.Events.PublishSaved(archive.Images);
            return archive;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private IEnumerable<(string Asked, FoundImage Found, IReadOnlyList<ImageReference> Tags)> Find(string asked)
    {
        if (ImageReference.TryParse(asked, out var name) && name.Tag is null && name.Digest.IsEmpty)
        {
            var tags = store.Catalog.Names().Where(n => n.IsTag && n.Reference.Repository == name.Repository).ToList();
            if (tags.Count > 0)
            {
                return tags.Select(t => (asked, store.Resolver.Find(t.Reference.Familiar), (IReadOnlyList<ImageReference>)[t.Reference]));
            }
        }

        var found = TryFind(asked) ?? throw CortenException.NotFound(name is { Digest.IsEmpty: false } ? "reference does not exist" : $"No such image: {asked}");
        return [(asked, found, found.Name is { Tag: not null } tag ? [tag] : [])];
    }

    private async Task<Image> OpenAsync(FoundImage found, string asked, Platform? platform, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Resolver.OpenAsync(found, asked, platform, cancellationToken);
        }
        catch (CortenException wrong) when (platform is not null && wrong.Kind == ErrorKind.NotFound)
        {
            // Docker's two stores have an answer each: one for an image of one platform, one for an image of several.
            throw found.Record.IsIndex ? CortenException.NotFound($"no suitable export target found: {wrong.Message}")
                : CortenException.Internal($"no suitable export target found for platform {platform}", wrong);
        }
    }

    /// <summary>A name that can't be is no mistake of the request's to Docker, but a save that fails.</summary>
    private FoundImage? TryFind(string asked)
    {
        try
        {
            return store.Resolver.TryFind(asked);
        }
        catch (CortenException problem) when (problem.Kind == ErrorKind.InvalidArgument)
        {
            throw CortenException.Internal(problem.Message, problem);
        }
    }

    private async Task AddAsync(SavedArchive archive, Image image, IReadOnlyList<ImageReference> tags, Platform? platform, CancellationToken cancellationToken)
    {
        var target = platform is null ? image.Record.Target : image.ManifestDescriptor;
        await AddBlobsAsync(archive, image.Id, target, cancellationToken);
        archive.Add(target, image, tags);
    }

    private async Task AddBlobsAsync(SavedArchive archive, Digest image, Descriptor target, CancellationToken cancellationToken)
    {
        archive.AddBlob(target.Digest);
        if (MediaTypes.IsIndex(target.MediaType))
        {
            foreach (var entry in (await store.Documents.IndexAsync(target.Digest, cancellationToken)).Manifests.Where(entry => store.Catalog.Has(image, entry.Digest)))
            {
                await AddBlobsAsync(archive, image, entry, cancellationToken);
            }

            return;
        }

        var manifest = await store.Documents.ManifestAsync(target.Digest, cancellationToken);
        foreach (var blob in manifest.Layers.Append(manifest.Config))
        {
            archive.AddBlob(blob.Digest);
        }
    }
}
