using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.CacheTransfer;

/// <summary>An image of this engine that carries a cache.</summary>
public sealed class ImageCacheStore(ImageStore images, string name) : ICacheStore
{
    public string Name => name;

    public async Task<(Descriptor Target, byte[] Content)> ManifestAsync(CancellationToken cancellation)
    {
        var target = images.Resolver.Find(name).Record.Target;
        return (target, await images.Content.ReadAllAsync(target.Digest, cancel: cancellation));
    }

    public Task<byte[]> ReadManifestAsync(Descriptor manifest, CancellationToken cancellation) => ReadAsync(manifest, cancellation);

    public Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellation) => images.Content.ReadAllAsync(blob.Digest, cancel: cancellation);

    public Task FetchAsync(Descriptor blob, CancellationToken cancellation) => images.Content.Exists(blob.Digest) ? Task.CompletedTask
        : throw CortenException.NotFound($"the layer {blob.Digest} of {name} is not here any more");

    public Task WriteAsync(IReadOnlyList<Descriptor> blobs, Descriptor manifest, byte[] content, CancellationToken cancellation) =>
        throw CortenException.NotImplemented("a cache is put into an image when the image is written");
}
