using Corten.Build.BuildKit.Sessions;
using Corten.Build.CacheTransfer;
using Corten.Distribution.Registry;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Build.BuildKit;

/// <summary>A cache in a folder of the client's, which is an OCI layout. The client itself keeps its index.</summary>
/// <param name="store">The folder.</param>
/// <param name="folder">Its path there, for progress.</param>
/// <param name="manifest">What the client found in its index; empty for a cache that is only written.</param>
/// <param name="contents">Our own blobs.</param>
internal sealed class FolderCacheStore(ClientStore store, string folder, Digest manifest, ContentStore contents) : ICacheStore
{
    public string Name => "local:" + folder;

    public async Task<(Descriptor Target, byte[] Content)> ManifestAsync(CancellationToken cancellation)
    {
        var content = await store.ReadAsync(manifest, cancellation);
        var type = ManifestReader.MediaTypeOf(content) ?? throw CortenException.Invalid($"{manifest} in {folder} is no manifest");
        return (new Descriptor { MediaType = type, Digest = manifest, Size = content.Length }, content);
    }

    public Task<byte[]> ReadManifestAsync(Descriptor other, CancellationToken cancellation) => store.ReadAsync(other.Digest, cancellation);

    public Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellation) => store.ReadAsync(blob.Digest, cancellation);

    public Task FetchAsync(Descriptor blob, CancellationToken cancellation) => store.FetchAsync(blob, contents, cancellation);

    public Task WriteAsync(IReadOnlyList<Descriptor> blobs, Descriptor target, byte[] content, CancellationToken cancellation) =>
        store.SendAsync([.. blobs.Select(b => b.Digest), target.Digest], contents, cancellation);
}
