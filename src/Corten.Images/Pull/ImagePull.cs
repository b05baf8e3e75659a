using Corten.Distribution;
using Corten.Distribution.Registry;
using Corten.Distribution.Transfer;
using Corten.Distribution.Transport;
using Corten.Images.Catalog;
using Corten.Images.Progress;
using Corten.Images.Registration;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Pull;

/// <summary>
/// Brings images from registries: mirrors first, then the registry itself. What is here already is not fetched again, and what an interrupted
/// pull left is taken up.
/// </summary>
public sealed class ImagePull(ImageStore store, ImageRegistration registration)
{
    private readonly LayerPull _layers = new(store);

    /// <exception cref="CortenException">In Docker's words; nothing is recorded then, but blobs that arrived are kept for a day.</exception>
    public async Task PullAsync(PullRequest request, ProgressReport report, CancellationToken cancellationToken)
    {
        var endpoints = store.Registries.EndpointsOf(request.Name.Domain, RepositoryAccess.Pull);
        for (var i = 0; ; i++)
        {
            try
            {
                await PullAsync(request, endpoints[i], report, cancellationToken);
                return;
            }
            catch (CortenException problem) when (i < endpoints.Count - 1 && IsWorthAnother(endpoints[i], problem))
            {
                // A mirror that fails in whatever way, or a registry that speaks no TLS: the next endpoint may do.
            }
            catch (CortenException problem)
            {
                throw PullErrors.Translate(problem, request.Name);
            }
        }
    }

    private static bool IsWorthAnother(RegistryEndpoint endpoint, CortenException problem) => endpoint.IsMirror || problem is RegistryUnreachableException;

    private async Task PullAsync(PullRequest request, RegistryEndpoint endpoint, ProgressReport report, CancellationToken cancellationToken)
    {
        var repository = await store.Registries.OpenAsync(endpoint, request.Name, request.Credentials, RepositoryAccess.Pull, cancellationToken: cancellationToken);
        IReadOnlyList<ImageReference> names = request.AllTags
            ? [.. (await repository.ListTagsAsync(cancellationToken)).Select(request.Name.WithTag)]
            : [request.Name];
        var (updated, pulled) = (false, default(Image));
        foreach (var name in names)
        {
            var before = store.Catalog.Find(name)?.Id;
            pulled = await PullOneAsync(repository, name, request.Platform, report, cancellationToken);
            updated |= before != pulled.Id;
        }

        report.Say(updated ? $"Status: Downloaded newer image for {request.Name.Familiar}" : $"Status: Image is up to date for {request.Name.Familiar}");
        if (request.Platform is { } wanted && pulled is not null && !PlatformChoice.Runs(wanted, pulled.Config.Platform))
        {
            report.Say(
                $"WARNING: image with reference {request.Name.Familiar} was found but its platform ({pulled.Config.Platform}) does not match the specified platform ({wanted})");
        }
    }

    private async Task<Image> PullOneAsync(Repository repository, ImageReference name, Platform? platform, ProgressReport report, CancellationToken cancellationToken)
    {
        using var hold = store.Hold();
        using var unsynced = store.Layers.Store.HoldSync();
        var wanted = name.Digest.IsEmpty ? name.Tag! : name.Digest.ToString();
        var root = await GetRootAsync(repository, wanted, cancellationToken);
        var chosen = await ChooseAsync(repository, root, platform, cancellationToken);
        report.Say($"Pulling from {name.Path}", wanted);

        var manifest = ManifestReader.ReadManifest(chosen.Content);
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            throw CortenException.Invalid($"Encountered remote \"{manifest.Config.MediaType}\"(unknown) when fetching");
        }

        var digests = manifest.Layers.Select(l => l.Digest).Append(manifest.Config.Digest).Append(chosen.Descriptor.Digest).ToHashSet();
        store.Catalog.BeginPull(digests);
        var config = await FetchConfigAsync(repository, manifest.Config, cancellationToken);
        ImageLayers.CheckLayerCount(manifest, config);
        await _layers.PullAsync(repository, manifest, config, report, cancellationToken);
        await store.Content.AddAsync(chosen.Content, cancellationToken);
        Descriptor[] above = root == chosen ? [] : [root.Descriptor];
        if (above.Length > 0)
        {
            await store.Content.AddAsync(root.Content, cancellationToken);
        }


        ImageReference[] names = name.Digest.IsEmpty ? [name, name.WithDigest(root.Descriptor.Digest)] : [name.WithDigest(name.Digest)];
        var image = await registration.RegisterAsync(chosen.Descriptor, names, platform, above, cancellationToken);
        store.Catalog.EndPull(digests);
        foreach (var layer in manifest.Layers)
        {
            store.Sources.Seen(layer.Digest, name.Repository);
        }

        report.Say($"Digest: {root.Descriptor.Digest}");
        store.Events.Publish("pull", name.Familiar, image.Config, name.FamiliarRepository);
        return image;
    }

    /// <summary>
    /// What the name stands for. A registry is first asked for the digest alone: where the manifest is here already that is all, and Docker
    /// Hub does not count it as a pull.
    /// </summary>
    private async Task<FetchedManifest> GetRootAsync(Repository repository, string wanted, CancellationToken cancellationToken)
    {
        var head = await repository.HeadManifestAsync(wanted, cancellationToken);
        return head is not null && store.Content.Exists(head.Digest) && (MediaTypes.IsManifest(head.MediaType) || MediaTypes.IsIndex(head.MediaType))
            ? new FetchedManifest(head, await store.Content.ReadAllAsync(head.Digest, cancel: cancellationToken))
            : await repository.GetManifestAsync(wanted, cancellationToken);
    }

    /// <summary>The manifest itself, or of an index the one for the platform.</summary>
    private async Task<FetchedManifest> ChooseAsync(Repository repository, FetchedManifest root, Platform? platform, CancellationToken cancellationToken)
    {
        var fetched = root;
        for (var depth = 0; MediaTypes.IsIndex(fetched.Descriptor.MediaType); depth++)
        {
            if (depth > 2)
            {
                throw CortenException.Invalid("manifest list invalid: indexes within indexes");
            }

            var wanted = platform ?? Platform.Host;
            var entry = PlatformChoice.Choose(ManifestReader.ReadIndex(fetched.Content).Manifests, wanted)
                ?? throw CortenException.NotFound($"no matching manifest for {wanted} in the manifest list entries");
            fetched = store.Content.Exists(entry.Digest)
                ? new FetchedManifest(entry, await store.Content.ReadAllAsync(entry.Digest, cancel: cancellationToken))
                : await repository.GetManifestAsync(entry.Digest.ToString(), cancellationToken);
        }

        return fetched.Descriptor.MediaType switch
        {
            var type when MediaTypes.IsManifest(type) => fetched,
            "application/vnd.docker.distribution.manifest.v1+json" or "application/vnd.docker.distribution.manifest.v1+prettyjws" => throw CortenException.Invalid(
                $"Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. Suggest the author of {repository.Name.Familiar} to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. More information at https://docs.docker.com/go/deprecated-image-specs/"),
            var type => throw CortenException.Invalid($"unsupported manifest media type and no default available: {type}"),
        };
    }

    private async Task<ImageConfig> FetchConfigAsync(Repository repository, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (!store.Content.Exists(descriptor.Digest))
        {
            var json = await BlobDownload.GetAsync(repository, descriptor, Storage.Content.ContentLimits.Document, store.Registries.Settings, cancellationToken);
            ImageDocuments.ReadConfig(json);
            await store.Content.AddAsync(json, cancellationToken);
        }

        var config = (await store.Documents.ConfigAsync(descriptor.Digest, cancellationToken)).Config;
        if (config.Os is { Length: > 0 } os && os != "linux")
        {
            throw CortenException.NotFound($"image operating system \"{os}\" cannot be used on this platform");
        }

        return config;
    }
}
