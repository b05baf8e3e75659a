using System.Text;
using Corten.Build.CacheTransfer;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Tests.CacheTransfer;

/// <summary>Caches come from elsewhere and may be made up.</summary>
public sealed class CacheImporterTests
{
    private const string Uid = "0123456789abcdef0123456789";

    private static readonly Digest Known = Digest.Of("layer"u8);

    [Fact]
    public async Task Layers_that_the_manifest_does_not_hold_are_none()
    {
        var document = await ReadAsync($$$"""
            {"layers":[{"diffId":"{{{Known}}}","blob":{"mediaType":"x","digest":"{{{Known}}}","size":5}},{"diffId":"{{{Known}}}","blob":{"mediaType":"x","digest":"{{{Digest.Of("other"u8)}}}","size":5}}],
             "records":[{"uid":"{{{Uid}}}","key":"{{{Known}}}","layer":0},{"uid":"{{{Uid}}}","key":"{{{Known}}}","layer":1},{"uid":"{{{Uid}}}","key":"{{{Known}}}","layer":7},{"uid":"{{{Uid}}}","key":"{{{Known}}}","layer":-1}]}
            """);
        Assert.Equal([0, null, null, null], document!.Records.Select(r => r.Layer));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"records\":7}")]
    [InlineData("{")]
    public async Task What_is_no_cache_is_refused(string json) => await Assert.ThrowsAsync<CortenException>(() => ReadAsync(json));

    [Fact]
    public async Task An_image_without_a_cache_has_none() => Assert.Null(await ReadAsync("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""", MediaTypes.OciConfig));

    /// <summary>As Docker Engine 28.5 wrote them, shortened.</summary>
    [Theory]
    [InlineData(MediaTypes.OciConfig, """{"architecture":"amd64","os":"linux","moby.buildkit.cache.v0":"W3siZGlnZXN0Ijoic2hhMjU2OjAwIn1d","rootfs":{"type":"layers","diff_ids":[]}}""")]
    [InlineData("application/vnd.buildkit.cacheconfig.v0", """{"layers":[{"blob":"sha256:00","parent":-1}],"records":[{"digest":"sha256:00"}]}""")]
    public async Task A_cache_of_BuildKits_is_known_and_none(string mediaType, string config)
    {
        var found = await CacheImporter.ReadAsync(new OneManifest(Encoding.UTF8.GetBytes(config), mediaType), TestContext.Current.CancellationToken);
        Assert.True(found is { Documents: [], IsBuildKits: true });
    }

    private static async Task<CacheDocument?> ReadAsync(string config, string mediaType = CacheDocument.MediaType) =>
        (await CacheImporter.ReadAsync(new OneManifest(Encoding.UTF8.GetBytes(config), mediaType), TestContext.Current.CancellationToken)).Documents.SingleOrDefault();

    private sealed class OneManifest(byte[] config, string mediaType) : ICacheStore
    {
        public string Name => "made up";

        public Task<(Descriptor Target, byte[] Content)> ManifestAsync(CancellationToken cancellation)
        {
            var manifest = new Manifest
            {
                MediaType = MediaTypes.OciManifest, Config = new Descriptor { MediaType = mediaType, Digest = Digest.Of(config), Size = config.Length },
                Layers = mediaType == CacheDocument.MediaType ? [new Descriptor { MediaType = "x", Digest = Known, Size = 5 }] : [],
            };
            var content = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Plain.Manifest);
            return Task.FromResult((new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Of(content), Size = content.Length }, content));
        }

        public Task<byte[]> ReadManifestAsync(Descriptor manifest, CancellationToken cancellation) => throw new InvalidOperationException("there is only one");

        public Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellation) => Task.FromResult(config);

        public Task FetchAsync(Descriptor blob, CancellationToken cancellation) => throw new InvalidOperationException("nothing is fetched to read what there is");

        public Task WriteAsync(IReadOnlyList<Descriptor> blobs, Descriptor manifest, byte[] content, CancellationToken cancellation) => throw new InvalidOperationException("it is only read");
    }
}
