using System.Text.Json;
using Corten.Distribution;
using Corten.Distribution.Registry;
using Corten.Distribution.Transfer;
using Corten.EngineApi.Images;
using Corten.EngineApi.Streams;
using Corten.Images.Progress;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Push;

/// <summary>Sends images to registries: only what is not there, several blobs at once, and each manifest after what it names.</summary>
public sealed class ImagePush(ImageStore store)
{
    private readonly PushPlan _plan = new(store);
    private readonly SemaphoreSlim _slots = new(store.Registries.Settings.MaxConcurrentUploads);

    /// <summary>That there is the platform that is asked for, if one is: known before anything is answered.</summary>
    /// <exception cref="CortenException">NotFound.</exception>
    public async Task CheckAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (request.Platform is not null)
        {
            await store.Resolver.ResolveAsync(request.Name.Familiar, request.Platform, cancellationToken);
        }
    }

    /// <exception cref="CortenException">In Docker's words.</exception>
    public async Task PushAsync(PushRequest request, ProgressReport report, CancellationToken cancellationToken)
    {
        report.Say($"The push refers to repository [{request.Name.Repository}]");
        var names = NamesOf(request.Name);
        using var hold = store.Hold();
        foreach (var name in names)
        {
            await PushOneAsync(name, request, report, cancellationToken);
        }
    }

    /// <summary>
    /// Sends what was just made, as it is, whether or not it has a name here: under the tag of <see cref="PushRequest.Name"/>, or where that has none, by its
    /// digest alone.
    /// </summary>
    /// <param name="request">Where to, and as whom.</param>
    /// <param name="target">The manifest or index, in the content store.</param>
    /// <param name="stored">The image that it is here; null if it is none.</param>
    /// <param name="report">Told of each blob.</param>
    /// <param name="cancellationToken"></param>
    public async Task PushAsync(PushRequest request, Descriptor target, Image? stored, ProgressReport report, CancellationToken cancellationToken)
    {
        using var hold = store.Hold();
        await SendAsync(request.Name, request, await _plan.MakeAsync(target, cancellationToken), report, cancellationToken);
        if (stored is not null)
        {
            Record(request.Name, target.Digest, stored);
        }
    }

    private IReadOnlyList<ImageReference> NamesOf(ImageReference asked)
    {
        var known = store.Catalog.Names().Where(n => n.IsTag && n.Reference.Repository == asked.Repository).Select(n => n.Reference).ToList();
        if (known.Count == 0)
        {
            throw CortenException.NotFound($"An image does not exist locally with the tag: {asked.FamiliarRepository}");
        }

        if (!asked.Digest.IsEmpty)
        {
            throw CortenException.Invalid("cannot push a digest reference");
        }

        return asked.Tag is null ? known
            : known.Contains(asked) ? [asked] : throw CortenException.NotFound($"tag does not exist: {asked.Familiar}");
    }

    private async Task PushOneAsync(ImageReference name, PushRequest request, ProgressReport report, CancellationToken cancellationToken)
    {
        var image = await store.Resolver.ResolveAsync(name.Familiar, request.Platform, cancellationToken);
        var manifests = await _plan.MakeAsync(image, whole: request.Platform is null, cancellationToken);
        await SendAsync(name, request, manifests, report, cancellationToken);
        var pushed = manifests[^1].Target;
        Record(name, pushed.Digest, image);
        report.Say($"{name.Tag}: digest: {pushed.Digest} size: {pushed.Size}");
        var result = new PushResult { Tag = name.Tag!, Digest = pushed.Digest.ToString(), Size = pushed.Size };
        report.Put(new ProgressMessage { ProgressDetail = new ProgressDetail(), Aux = JsonSerializer.SerializeToElement(result, ImagesJson.Wire.PushResult) });
        if (request.Platform is null && MediaTypes.IsIndex(image.Record.Target.MediaType) && manifests.Count == 1)
        {
            var part = new PushedPart { OriginalIndex = ApiObjects.From(image.Record.Target), SelectedManifest = ApiObjects.From(pushed) };
            report.Put(new ProgressMessage { ProgressDetail = new ProgressDetail(), Aux = JsonSerializer.SerializeToElement(part, ImagesJson.Wire.PushedPart) });
        }
    }

    private void Record(ImageReference name, Digest pushed, Image image)
    {
        store.Catalog.Tag(name.WithDigest(pushed), image.Id);
        store.Events.Publish("push", name.Familiar, image.Config, name.FamiliarRepository);
    }

    private async Task SendAsync(ImageReference name, PushRequest request, IReadOnlyList<PushManifest> manifests, ProgressReport report, CancellationToken cancellationToken)
    {
        foreach (var (_, id) in manifests.SelectMany(m => m.Blobs).Where(b => b.Id is not null))
        {
            report.Status(id!, "Preparing");
        }

        var mounts = manifests.SelectMany(m => m.Blobs).Select(b => b.Blob.Digest).Distinct()
            .ToDictionary(d => d, d => store.Sources.PathsOf(d, name.Domain).Where(path => path != name.Path).Take(1).ToList());
        var repository = await store.Registries.OpenAsync(
            name, request.Credentials, RepositoryAccess.Push, mounts.Values.SelectMany(m => m).Distinct().ToList(), request.Insecure, cancellationToken);
        foreach (var manifest in manifests)
        {
            await SendBlobsAsync(repository, manifest, mounts, report, cancellationToken);
            var last = manifest == manifests[^1];
            await repository.PutManifestAsync(last && name.Tag is { } tag ? tag : manifest.Target.Digest.ToString(), manifest.Target.MediaType, manifest.Content, cancellationToken);
        }
    }

    private async Task SendBlobsAsync(
        Repository repository, PushManifest manifest, Dictionary<Digest, List<string>> mounts, ProgressReport report, CancellationToken cancellationToken)
    {
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = manifest.Blobs.DistinctBy(b => b.Blob.Digest)
            .Select(b => SendBlobAsync(repository, b.Blob, b.Id, mounts[b.Blob.Digest], report, failing.Token)).ToList();
        try
        {
            await foreach (var sent in Task.WhenEach(sending))
            {
                await sent;
            }
        }
        catch
        {
            await failing.CancelAsync();
            await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task SendBlobAsync(
        Repository repository, Descriptor blob, string? id, IReadOnlyList<string> mountFrom, ProgressReport report, CancellationToken cancellationToken)
    {
        if (!await _slots.WaitAsync(0, cancellationToken))
        {
            Say("Waiting");
            await _slots.WaitAsync(cancellationToken);
        }

        try
        {
            var observer = new LineObserver(id is null ? null : report, id ?? "", "Pushing", blob.Size);
            var result = await BlobUpload.RunAsync(
                repository, blob, offset => OpenAt(blob.Digest, offset), mountFrom, observer, store.Registries.Settings, cancellationToken);
            store.Sources.Seen(blob.Digest, repository.Name.Repository);
            Say(result.Outcome switch
            {
                UploadOutcome.AlreadyExists => "Layer already exists",
                UploadOutcome.Mounted => $"Mounted from {result.MountedFrom}",
                _ => "Pushed",
            });
        }
        finally
        {
            _slots.Release();
        }

        void Say(string status)
        {
            if (id is not null)
            {
                report.Status(id, status);
            }
        }
    }

    private FileStream OpenAt(Digest digest, long offset)
    {
        var stream = store.Content.OpenRead(digest);
        stream.Position = offset;
        return stream;
    }
}
