using Corten.Build.CacheTransfer;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Tests.CacheTransfer;

public sealed class ImportedCacheTests
{
    private static readonly string[] Keys = [.. "abc".Select(c => Digest.Of(new[] { (byte)c }).ToString())];

    [Fact]
    public void A_layer_that_is_damaged_loses_its_step_and_a_store_that_is_away_all_of_its_steps()
    {
        var imports = new ImportedCache(null!, null!, null!);
        imports.Add(new Nowhere(), Document(Keys[0], Keys[1]));
        imports.Add(new Nowhere(), Document(Keys[2]));

        imports.Forget(imports.Find(Keys[0])!, CortenException.NotFound("blob unknown"));
        Assert.Equal([false, true, true], Keys.Select(k => imports.Find(k) is not null));

        imports.Forget(imports.Find(Keys[1])!, new IOException("connection reset"));
        Assert.Equal([false, false, true], Keys.Select(k => imports.Find(k) is not null));
    }

    private static CacheDocument Document(params string[] keys) => new()
    {
        Layers = [new CachedLayer { Blob = new Descriptor { MediaType = "x", Digest = Digest.Of("layer"u8), Size = 5 } }],
        Records = [.. keys.Select(k => new CachedStep { Uid = "0123456789abcdef0123456789", Key = k, Layer = 0 })],
    };

    private sealed class Nowhere : ICacheStore
    {
        public string Name => "nowhere";

        public Task<(Descriptor Target, byte[] Content)> ManifestAsync(CancellationToken cancellation) => throw new InvalidOperationException("nothing is asked of it");

        public Task<byte[]> ReadManifestAsync(Descriptor manifest, CancellationToken cancellation) => throw new InvalidOperationException("nothing is asked of it");

        public Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellation) => throw new InvalidOperationException("nothing is asked of it");

        public Task FetchAsync(Descriptor blob, CancellationToken cancellation) => throw new InvalidOperationException("nothing is asked of it");

        public Task WriteAsync(IReadOnlyList<Descriptor> blobs, Descriptor manifest, byte[] content, CancellationToken cancellation) => throw new InvalidOperationException("nothing is asked of it");
    }
}
