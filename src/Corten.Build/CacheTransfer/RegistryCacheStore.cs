using Corten.Distribution;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Distribution.Transfer;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Build.CacheTransfer;

/// <summary>A cache, or an image with one, under a name of a registry.</summary>
public sealed class RegistryCacheStore(Registries registries, ContentStore contents, ImageReference reference, RegistryCredentials credentials, bool insecure) : ICacheStore
{
    private Repository? _repository;

    public string Name => reference.ToString();

    public async Task<(Descriptor Target, byte[] Content)> ManifestAsync(CancellationToken cancellation)
    {
        var fetched = await (await OpenAsync(RepositoryAccess.Pull, cancellation)).GetManifestAsync(reference.Digest.IsEmpty ? reference.Tag! : reference.Digest.ToString(), cancellation);
        return (fetched.Descriptor, fetched.Content);
    }

    public async Task<byte[]> ReadManifestAsync(Descriptor manifest, CancellationToken cancellation) =>
        (await (await OpenAsync(RepositoryAccess.Pull, cancellation)).GetManifestAsync(manifest.Digest.ToString(), cancellation)).Content;

    public async Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellation) =>
        await (await OpenAsync(RepositoryAccess.Pull, cancellation)).GetBlobAsync(blob.Digest, blob.Size, ContentLimits.Document, cancellation);

    public async Task FetchAsync(Descriptor blob, CancellationToken cancellation)
    {
        if (contents.Exists(blob.Digest))
        {
            return;
        }

        var repository = await OpenAsync(RepositoryAccess.Pull, cancellation);
        await using var writer = await contents.BeginAsync(blob.Digest.ToString(), cancellation);
        if (!contents.Exists(blob.Digest))
        {
            await BlobDownload.RunAsync(repository, blob, new Sink(writer), Unobserved.Instance, registries.Settings, cancellation);
            await writer.CommitAsync(blob.Digest, blob.Size, cancellation);
        }
    }

    public async Task WriteAsync(IReadOnlyList<Descriptor> blobs, Descriptor manifest, byte[] content, CancellationToken cancellation)
    {
        _repository = null;
        var repository = await OpenAsync(RepositoryAccess.Push, cancellation);
        foreach (var blob in blobs)
        {
            await BlobUpload.RunAsync(repository, blob, offset =>
            {
                var source = contents.OpenRead(blob.Digest);
                source.Position = offset;
                return source;
            }, [], Unobserved.Instance, registries.Settings, cancellation);
        }

        await repository.PutManifestAsync(reference.Tag ?? manifest.Digest.ToString(), manifest.MediaType, content, cancellation);
    }

    private async Task<Repository> OpenAsync(RepositoryAccess access, CancellationToken cancellation) =>
        _repository ??= await registries.OpenAsync(reference, credentials, access, insecure: insecure, cancellationToken: cancellation);

    private sealed class Sink(BlobWriter writer) : IBlobSink
    {
        public long Position => writer.Offset;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => writer.WriteAsync(bytes, cancellationToken);
    }
}
