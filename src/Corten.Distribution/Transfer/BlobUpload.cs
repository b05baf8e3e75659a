using Corten.Distribution.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Image;

namespace Corten.Distribution.Transfer;

public enum UploadOutcome
{
    AlreadyExists,
    Mounted,
    Pushed,
}

/// <summary>How a blob came to be at the registry, and for a mount out of which repository.</summary>
public sealed record UploadResult(UploadOutcome Outcome, string? MountedFrom = null);

/// <summary>
/// Makes a blob exist in a repository, with as little traffic as possible: it is there already, or can be mounted from another repository,
/// or else is sent, going on where a broken connection left it.
/// </summary>
public static class BlobUpload
{
    /// <param name="repository">Opened for pushing, with the repositories of <paramref name="mountFrom"/>.</param>
    /// <param name="blob">What to bring across.</param>
    /// <param name="openAt">Opens the blob's content at an offset.</param>
    /// <param name="mountFrom">Paths of repositories of the same registry that are believed to have it.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="settings">Attempts and delays.</param>
    /// <param name="cancellationToken"></param>
    public static async Task<UploadResult> RunAsync(
        Repository repository, Descriptor blob, Func<long, Stream> openAt, IReadOnlyList<string> mountFrom, ITransferObserver observer,
        RegistrySettings settings, CancellationToken cancellationToken)
    {
        if (await repository.StatBlobAsync(blob.Digest, cancellationToken) is not null)
        {
            return new(UploadOutcome.AlreadyExists);
        }

        Uri? upload = null;
        foreach (var from in mountFrom.Where(path => path != repository.Name.Path))
        {
            var (mounted, begun) = await TryMountAsync(repository, blob.Digest, from, cancellationToken);
            if (mounted)
            {
                return new(UploadOutcome.Mounted, from);
            }

            if (upload is not null)
            {
                await repository.CancelUploadAsync(upload, cancellationToken);
            }

            upload = begun;
        }

        await SendAsync(repository, blob, openAt, upload, observer, settings, cancellationToken);
        return new(UploadOutcome.Pushed);
    }

    /// <summary>A registry that refuses the other repository's scope refuses the mount, not the push.</summary>
    private static async Task<(bool Mounted, Uri? Upload)> TryMountAsync(Repository repository, Digest digest, string from, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.MountBlobAsync(digest, from, cancellationToken);
        }
        catch (RegistryException refused) when ((int)refused.Status is 401 or 403 or 404 or 405)
        {
            return (false, null);
        }
    }

    private static async Task SendAsync(
        Repository repository, Descriptor blob, Func<long, Stream> openAt, Uri? upload, ITransferObserver observer, RegistrySettings settings, CancellationToken cancellationToken)
    {
        var retry = new Retry(settings, observer);
        var offset = 0L;
        while (true)
        {
            var sent = offset;
            try
            {
                upload ??= await repository.BeginUploadAsync(cancellationToken);
                if (offset < blob.Size)
                {
                    var from = offset;
                    upload = await repository.SendChunkAsync(
                        upload, from, blob.Size - from, () => new ObservedStream(openAt(from), from, position => observer.Moved(sent = position)), cancellationToken);
                    offset = blob.Size;
                }

                await repository.FinishUploadAsync(upload, blob.Digest, cancellationToken);
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (!await retry.ContinueAfterAsync(failure, sent > offset, cancellationToken))
                {
                    throw;
                }

                (offset, upload) = await ResumeAsync(repository, blob, upload, cancellationToken);
            }
            catch when (upload is not null)
            {
                await AbandonAsync(repository, upload);
                throw;
            }
        }
    }

    /// <summary>Where the registry says that the upload stands; from the start if it can't say.</summary>
    private static async Task<(long Offset, Uri? Upload)> ResumeAsync(Repository repository, Descriptor blob, Uri? upload, CancellationToken cancellationToken)
    {
        if (upload is null)
        {
            return (0, null);
        }

        try
        {
            var state = await repository.StatUploadAsync(upload, cancellationToken);
            return state is { } known && known.Offset <= blob.Size ? (known.Offset, known.Upload) : (0, null);
        }
        catch (RegistryUnreachableException)
        {
            // Still away: the next try begins a new upload, and counts as another failure if that can't be had.
            return (0, null);
        }
    }

    /// <summary>On cancellation the registry is told, within bounds, so that it need not wait for the upload to expire.</summary>
    private static async Task AbandonAsync(Repository repository, Uri upload)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await repository.CancelUploadAsync(upload, patience.Token);
        }
        catch (Exception failure) when (failure is RegistryUnreachableException or RegistryException or OperationCanceledException)
        {
            // The cancellation is what the caller hears of; the registry drops uploads that are never finished.
        }
    }
}

/// <summary>Tells how far a stream was read.</summary>
internal sealed class ObservedStream(Stream inner, long start, Action<long> moved) : Stream
{
    private long _position = start;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Advance(inner.Read(buffer, offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Advance(await inner.ReadAsync(buffer, cancellationToken));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Advance(int read)
    {
        if (read > 0)
        {
            moved(_position += read);
        }

        return read;
    }
}
