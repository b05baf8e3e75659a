using System.IO.Pipelines;
using Corten.Distribution.Registry;
using Corten.Distribution.Transfer;
using Corten.Images.Progress;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;
using Corten.Storage.Layers;

namespace Corten.Images.Pull;

/// <summary>
/// Brings the layers of an image, several at once. Each is unpacked beside the others while its bytes arrive; they are put on top of one
/// another in order, as soon as those below are there.
/// </summary>
internal sealed class LayerPull(ImageStore store)
{
    /// <summary>Bytes that may wait between the network and the unpacker.</summary>
    private const int Slack = 8 * 1024 * 1024;

    private readonly SemaphoreSlim _slots = new(store.Registries.Settings.MaxConcurrentDownloads);

    public async Task PullAsync(Repository repository, Manifest manifest, ImageConfig config, ProgressReport report, CancellationToken cancellationToken)
    {
        var chains = ImageLayers.ChainsOf(config);
        if (store.Layers.IsUnpacked(config) && store.Catalog.Find(manifest.Config.Digest) is not null && manifest.Layers.All(l => store.Content.Exists(l.Digest)))
        {
            // The image is here; as in Docker, its layers then have no lines.
            return;
        }

        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arriving = new List<Task<UnpackedLayer?>>();
        var started = new HashSet<Digest>();
        for (var i = 0; i < chains.Count; i++)
        {
            var layer = manifest.Layers[i];
            var unpacked = store.Layers.Store.Exists(chains[i]);
            if (unpacked && (store.Content.Exists(layer.Digest) || started.Contains(layer.Digest)))
            {
                report.Status(layer.Digest.Short, "Already exists");
                arriving.Add(Task.FromResult<UnpackedLayer?>(null));
                continue;
            }

            report.Status(layer.Digest.Short, "Pulling fs layer");
            var fetch = new LayerFetch(repository, layer, config.RootFs.DiffIds[i], Unpack: !unpacked);
            arriving.Add(started.Add(layer.Digest)
                ? Task.Run(() => FetchAsync(fetch, report, failing.Token), CancellationToken.None)
                : RepeatAsync(arriving[FirstOf(manifest, layer.Digest)], fetch, failing.Token));
        }

        await StackAsync(arriving, manifest, chains, report, failing, cancellationToken);
    }

    /// <summary>Commits what arrives in order. On the first failure the rest is stopped, and what was unpacked is thrown away.</summary>
    private async Task StackAsync(
        List<Task<UnpackedLayer?>> arriving, Manifest manifest, IReadOnlyList<Digest> chains, ProgressReport report, CancellationTokenSource failing, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < arriving.Count; i++)
            {
                if (await arriving[i] is { } layer)
                {
                    report.Count(manifest.Layers[i].Digest.Short, "Extracting", manifest.Layers[i].Size, manifest.Layers[i].Size);
                    await store.Layers.Store.CommitAsync(layer, i > 0 ? chains[i - 1] : default, cancellationToken);
                    report.Status(manifest.Layers[i].Digest.Short, "Pull complete");
                }
            }
        }
        catch
        {
            await failing.CancelAsync();
            foreach (var task in arriving)
            {
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (task.IsCompletedSuccessfully)
                {
                    task.Result?.Dispose();
                }
            }

            // The failure that stopped the others says more than theirs of having been stopped.
            if (!cancellationToken.IsCancellationRequested && arriving.FirstOrDefault(t => t.IsFaulted) is { } failed)
            {
                await failed;
            }

            throw;
        }
    }

    private async Task<UnpackedLayer?> FetchAsync(LayerFetch fetch, ProgressReport report, CancellationToken cancellationToken)
    {
        if (!await _slots.WaitAsync(0, cancellationToken))
        {
            report.Status(fetch.Layer.Digest.Short, "Waiting");
            await _slots.WaitAsync(cancellationToken);
        }

        try
        {
            await using var writer = await store.Content.BeginAsync(fetch.Layer.Digest.ToString(), cancellationToken);
            if (store.Content.Exists(fetch.Layer.Digest))
            {
                // From an earlier pull, or another one that had its turn while this one waited.
                writer.Abandon();
                return fetch.Unpack ? await UnpackAsync(fetch, cancellationToken) : null;
            }

            return await DownloadAsync(fetch, writer, report, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>A layer that the image has twice is unpacked from the blob of its first occurrence.</summary>
    private async Task<UnpackedLayer?> RepeatAsync(Task first, LayerFetch fetch, CancellationToken cancellationToken)
    {
        await first;
        return fetch.Unpack ? await UnpackAsync(fetch, cancellationToken) : null;
    }

    private async Task<UnpackedLayer> UnpackAsync(LayerFetch fetch, CancellationToken cancellationToken)
    {
        await using var blob = store.Content.OpenRead(fetch.Layer.Digest);
        return Checked(await store.Layers.Store.UnpackAsync(blob, fetch.Layer.Digest, cancel: cancellationToken), fetch);
    }

    /// <summary>The bytes go to the blob's file and to the unpacker at once.</summary>
    private async Task<UnpackedLayer?> DownloadAsync(LayerFetch fetch, BlobWriter writer, ProgressReport report, CancellationToken cancellationToken)
    {
        if (writer.Offset > fetch.Layer.Size)
        {
            writer.Restart();
        }

        if (!fetch.Unpack)
        {
            await ReceiveAsync(fetch, writer, null, report, cancellationToken);
            return null;
        }

        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: Slack, resumeWriterThreshold: Slack / 2, minimumSegmentSize: 128 * 1024, useSynchronizationContext: false));
        await using var source = new JoinedStream(writer.Offset > 0 ? writer.OpenWritten() : Stream.Null, pipe.Reader.AsStream());
        var unpacking = Task.Run(() => UnpackOrStopAsync(source, fetch, failing), CancellationToken.None);
        try
        {
            await ReceiveAsync(fetch, writer, pipe.Writer, report, failing.Token);
        }
        catch (Exception failure)
        {
            await pipe.Writer.CompleteAsync(failure);
            await failing.CancelAsync();
            await ((Task)unpacking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (unpacking.IsCompletedSuccessfully)
            {
                unpacking.Result.Dispose();
            }

            // The download was stopped because unpacking failed: that is the failure to tell.
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested && unpacking.IsFaulted)
            {
                writer.Abandon();
                await unpacking;
            }

            throw;
        }

        return Checked(await unpacking, fetch);
    }

    /// <summary>Nobody takes the bytes any more once unpacking failed, so that the download has to stop.</summary>
    private async Task<UnpackedLayer> UnpackOrStopAsync(Stream source, LayerFetch fetch, CancellationTokenSource failing)
    {
        try
        {
            return await store.Layers.Store.UnpackAsync(source, fetch.Layer.Digest, cancel: failing.Token);
        }
        catch
        {
            await failing.CancelAsync();
            throw;
        }
    }

    private async Task ReceiveAsync(LayerFetch fetch, BlobWriter writer, PipeWriter? unpacker, ProgressReport report, CancellationToken cancellationToken)
    {
        var id = fetch.Layer.Digest.Short;
        await BlobDownload.RunAsync(
            fetch.Repository, fetch.Layer, new LayerSink(writer, unpacker), new LineObserver(report, id, "Downloading", fetch.Layer.Size), store.Registries.Settings, cancellationToken);
        if (unpacker is not null)
        {
            await unpacker.CompleteAsync();
        }

        report.Status(id, "Verifying Checksum");
        try
        {
            await writer.CommitAsync(fetch.Layer.Digest, fetch.Layer.Size, cancellationToken);
        }
        catch (CortenException mismatch) when (mismatch.Kind == ErrorKind.InvalidArgument)
        {
            throw CortenException.Internal($"filesystem layer verification failed for digest {fetch.Layer.Digest}", mismatch);
        }

        report.Status(id, "Download complete");
    }

    private static UnpackedLayer Checked(UnpackedLayer layer, LayerFetch fetch)
    {
        if (layer.DiffId == fetch.DiffId)
        {
            return layer;
        }

        layer.Dispose();
        throw CortenException.Invalid($"wrong diff id calculated on extraction: expected {fetch.DiffId}, got {layer.DiffId}");
    }

    private static int FirstOf(Manifest manifest, Digest digest) => manifest.Layers.Select(l => l.Digest).ToList().IndexOf(digest);
}

/// <summary>One layer to bring: from where, which, and what it must turn out to be.</summary>
internal sealed record LayerFetch(Repository Repository, Descriptor Layer, Digest DiffId, bool Unpack);
