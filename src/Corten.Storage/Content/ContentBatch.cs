using Corten.Oci.Image;

namespace Corten.Storage.Content;

/// <summary>
/// Blobs that are written one by one or side by side and brought to the disk together: one wait instead of one for each. They are in the store once
/// the batch is committed; what was not committed is thrown away.
/// </summary>
public sealed class ContentBatch : IAsyncDisposable
{
    private const int SyncsAtOnce = 4;

    private readonly ContentStore _store;
    private readonly List<BlobWriter> _sealed = [];

    internal ContentBatch(ContentStore store) => _store = store;

    /// <summary>Starts a blob of the batch. Hand it to <see cref="SealAsync"/>, or abandon and dispose of it.</summary>
    public Task<BlobWriter> BeginAsync(CancellationToken cancel) => _store.BeginAsync("batch-" + Guid.NewGuid().ToString("n"), cancel);

    /// <summary>Ends the writing of a blob, which belongs to the batch from now on.</summary>
    public async Task<Digest> SealAsync(BlobWriter writer, CancellationToken cancel)
    {
        var digest = await writer.SealAsync(default, null, cancel);
        lock (_sealed)
        {
            _sealed.Add(writer);
        }

        return digest;
    }

    /// <summary>Adds a small blob; nothing happens when the store has it.</summary>
    public async Task<Digest> AddAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var digest = Digest.Of(content.Span);
        if (!_store.Exists(digest))
        {
            var writer = await BeginAsync(cancel);
            try
            {
                await writer.WriteAsync(content, cancel);
                await SealAsync(writer, cancel);
            }
            catch
            {
                writer.Abandon();
                await writer.DisposeAsync();
                throw;
            }
        }

        return digest;
    }

    /// <summary>Syncs and admits what was added since the last time.</summary>
    public async Task CommitAsync(CancellationToken cancel)
    {
        if (_sealed.Count == 0)
        {
            return;
        }

        // Side by side, so that the file system does them in one commit of its journal.
        await Parallel.ForEachAsync(_sealed, new ParallelOptions { MaxDegreeOfParallelism = SyncsAtOnce, CancellationToken = cancel }, static async (blob, _) => await DiskWait.Run(blob.Sync));
        _store.Admit(_sealed);
        await ForgetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _sealed.ForEach(static blob => blob.Abandon());
        await ForgetAsync();
    }

    private async Task ForgetAsync()
    {
        foreach (var blob in _sealed)
        {
            await blob.DisposeAsync();
        }

        _sealed.Clear();
    }
}
