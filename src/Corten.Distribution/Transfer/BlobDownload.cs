using System.Buffers;
using Corten.Distribution.Registry;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Transfer;

/// <summary>
/// Brings a blob from a registry into a sink: goes on from what the sink has, asks again from where a connection broke, and never takes more
/// than the descriptor's size. Whether the bytes are the right ones is the sink's owner's to check.
/// </summary>
public static class BlobDownload
{
    private const int BufferSize = 256 * 1024;

    public static async Task RunAsync(
        Repository repository, Descriptor blob, IBlobSink sink, ITransferObserver observer, RegistrySettings settings, CancellationToken cancellationToken)
    {
        var retry = new Retry(settings, observer);
        while (sink.Position < blob.Size)
        {
            var before = sink.Position;
            try
            {
                await CopyAsync(repository, blob, sink, observer, settings, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (await retry.ContinueAfterAsync(failure, sink.Position > before, cancellationToken))
                {
                    continue;
                }

                if (failure is IOException or TimeoutException)
                {
                    throw CortenException.Internal(failure.Message, failure);
                }

                throw;
            }
        }
    }

    /// <summary>The whole of a small blob, verified; asked for again as a large one is.</summary>
    public static async Task<byte[]> GetAsync(Repository repository, Descriptor blob, int limit, RegistrySettings settings, CancellationToken cancellationToken)
    {
        var retry = new Retry(settings, Unobserved.Instance);
        while (true)
        {
            try
            {
                return await repository.GetBlobAsync(blob.Digest, blob.Size, limit, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                if (!await retry.ContinueAfterAsync(failure, madeProgress: false, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    private static async Task CopyAsync(
        Repository repository, Descriptor blob, IBlobSink sink, ITransferObserver observer, RegistrySettings settings, CancellationToken cancellationToken)
    {
        using var watchdog = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            watchdog.CancelAfter(settings.StallTimeout);
            await using var body = await repository.OpenBlobAsync(blob.Digest, sink.Position, watchdog.Token);
            var skip = sink.Position - body.Offset;
            while (true)
            {
                watchdog.CancelAfter(settings.StallTimeout);
                var read = await body.Content.ReadAsync(buffer.AsMemory(0, BufferSize), watchdog.Token);
                if (read == 0)
                {
                    break;
                }

                var fresh = buffer.AsMemory(0, read);
                if (skip > 0)
                {
                    var known = (int)Math.Min(skip, read);
                    skip -= known;
                    fresh = fresh[known..];
                }

                watchdog.CancelAfter(Timeout.InfiniteTimeSpan);
                if (fresh.Length > blob.Size - sink.Position)
                {
                    throw CortenException.Internal($"filesystem layer verification failed for digest {blob.Digest}: more than the {blob.Size} bytes that its manifest says");
                }

                if (fresh.Length > 0)
                {
                    await sink.WriteAsync(fresh, cancellationToken);
                    observer.Moved(sink.Position);
                }
            }
        }
        catch (OperationCanceledException) when (watchdog.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"blob {blob.Digest}: nothing arrived for {settings.StallTimeout.TotalSeconds:0} seconds");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (sink.Position < blob.Size)
        {
            throw new EndOfStreamException($"blob {blob.Digest}: unexpected EOF at {sink.Position} of {blob.Size} bytes");
        }
    }
}
