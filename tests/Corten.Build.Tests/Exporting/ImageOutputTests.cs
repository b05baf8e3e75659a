using Corten.Build.Exporting;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Build.Tests.Exporting;

public sealed class ImageOutputTests
{
    private static ImageOutput Parse(params (string Key, string Value)[] attributes) => ImageOutput.Parse(attributes.ToDictionary(a => a.Key, a => a.Value));

    [Fact]
    public void Names_and_flags_are_read()
    {
        var output = Parse(("name", "a, b:1,a:latest"), ("push", "true"), ("compression", "zstd"), ("compression-level", "12"), ("tar", "false"), ("rewrite-timestamp", ""));
        Assert.Equal(["a:latest", "b:1"], output.Names.Select(n => n.Familiar));
        Assert.True(output is { Push: true, Compression: CompressionKind.Zstd, CompressionLevel: 12, Archive: false, RewriteTimestamp: true });
    }

    [Theory]
    [InlineData("compression", "lzma", "unsupported layer compression type lzma")]
    [InlineData("compression-level", "10", "invalid value 10 specified for compression-level: 0 to 9 are possible")]
    [InlineData("push", "maybe", "non-bool value specified for push: maybe")]
    [InlineData("compresion", "zstd", "unknown exporter option \"compresion\" (did you mean compression?)")]
    [InlineData("compression", "estargz", "compression=estargz is not supported: use gzip or zstd")]
    [InlineData("prefer-nondist-layers", "true", "prefer-nondist-layers=true is not supported: layers are pushed under the types that they came with")]
    [InlineData("source-date-epoch", "x1", "invalid SOURCE_DATE_EPOCH: x1: strconv.ParseInt: parsing \"x1\": invalid syntax")]
    [InlineData("source-date-epoch", "99999999999999999999", "invalid SOURCE_DATE_EPOCH: 99999999999999999999: strconv.ParseInt: parsing \"99999999999999999999\": value out of range")]
    [InlineData("source-date-epoch", "999999999999999", "invalid SOURCE_DATE_EPOCH: 999999999999999: year outside of range [1,9999]")]
    [InlineData("annotation-nothing.a", "b", "unrecognized annotation type nothing")]
    [InlineData("name", "a@sha256:0000000000000000000000000000000000000000000000000000000000000000", "refusing to create a tag with a digest reference")]
    public void Mistakes_are_named(string key, string value, string words) => Assert.Equal(words, Assert.Throws<CortenException>(() => Parse((key, value))).Message);

    [Fact]
    public void Media_types_of_docker_have_no_place_for_what_is_newer()
    {
        Assert.Contains("conflicts with", Assert.Throws<CortenException>(() => Parse(("oci-mediatypes", "false"), ("compression", "zstd"))).Message);
        Assert.Contains("oci-mediatypes=false", Assert.Throws<CortenException>(() => Parse(("oci-mediatypes", "false"), ("annotation-index.a", "b"))).Message);
    }

    [Fact]
    public void Pushed_by_digest_a_name_has_no_tag()
    {
        var digest = Digest.Of("manifest"u8);
        var pushed = Parse(("name", "r:1/a"), ("push", "true"), ("push-by-digest", "true"), ("dangling-name-prefix", "r:1/b"));
        Assert.Equal([$"r:1/a@{digest}", $"r:1/b@{digest}"], pushed.PushedNames(digest).Select(n => n.ToString()));
        Assert.Equal("can't push tagged ref r:1/a:x by digest", Assert.Throws<CortenException>(() => Parse(("name", "r:1/a:x"), ("push", ""), ("push-by-digest", ""))).Message);
        Assert.Equal(["r:1/a:latest"], Parse(("name", "r:1/a"), ("push", "true"), ("dangling-name-prefix", "b"), ("danging-name-empty-only", "true")).PushedNames(digest).Select(n => n.ToString()));
        Assert.Empty(Parse(("name", "a"), ("push-by-digest", "true")).PushedNames(digest));
    }

    [Fact]
    public void Annotations_of_a_platform_come_on_top_of_those_for_all()
    {
        var annotations = Parse(("annotation.a", "all"), ("annotation-manifest[linux/arm64].a", "arm"), ("annotation-manifest.b", "x"), ("annotation-index.c", "top")).Annotations;
        Assert.Equal("arm", annotations.Of(AnnotationPlace.Manifest, Platform.Parse("linux/arm64"))!["a"]);
        Assert.Equal(["a", "b"], annotations.Of(AnnotationPlace.Manifest, Platform.Parse("linux/amd64"))!.Keys);
        Assert.Equal("top", annotations.Of(AnnotationPlace.Index, null)!["c"]);
        Assert.Equal("invalid annotation: no platform linux/arm64 found in source", Assert.Throws<CortenException>(() => annotations.CheckPlatforms([Platform.Parse("linux/amd64")])).Message);
    }
}
