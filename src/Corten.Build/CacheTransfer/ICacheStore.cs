using Corten.Oci.Image;

namespace Corten.Build.CacheTransfer;

/// <summary>Where caches are kept elsewhere: a repository of a registry, a folder of the client's.</summary>
public interface ICacheStore
{
    /// <summary>For progress.</summary>
    string Name { get; }

    /// <summary>The manifest, or the index, that the cache or the image is under.</summary>
    Task<(Descriptor Target, byte[] Content)> ManifestAsync(CancellationToken cancellation);

    /// <summary>Another manifest beside it.</summary>
    Task<byte[]> ReadManifestAsync(Descriptor manifest, CancellationToken cancellation);

    /// <summary>A small blob, verified.</summary>
    Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellation);

    /// <summary>Brings a blob into the content store.</summary>
    Task FetchAsync(Descriptor blob, CancellationToken cancellation);

    /// <summary>Puts blobs of the content store there, and then the manifest over them.</summary>
    Task WriteAsync(IReadOnlyList<Descriptor> blobs, Descriptor manifest, byte[] content, CancellationToken cancellation);
}
