using System.Text;
using Corten.Distribution.Registry;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using CsCheck;

namespace Corten.Distribution.Tests.Registry;

public sealed class ManifestReaderTests
{
    private const string Config = """{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}""";

    [Fact]
    public void AManifestWithItsLayers()
    {
        var manifest = Read($$"""{"schemaVersion":2,"config":{{Config}},"annotations":{"a":"b"},"layers":[{{Config}}] }""");

        Assert.Equal(2, manifest.Config.Size);
        Assert.Single(manifest.Layers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":1}""")]
    [InlineData("""{"schemaVersion":2,"config":null,"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:x"},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":CONFIG,"layers":null}""")]
    [InlineData("""{"schemaVersion":2,"config":CONFIG,"layers":[null]}""")]
    [InlineData("""{"schemaVersion":2,"config":CONFIG,"layers":[{"size":5}]}""")]
    [InlineData("""{"schemaVersion":2,"config":CONFIG,"layers":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":-1}]}""")]
    [InlineData("""{"schemaVersion":2,"config":CONFIG,"layers":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":1e99}]}""")]
    public void WhatIsNoManifestIsRefused(string json) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CortenException>(() => Read(json.Replace("CONFIG", Config, StringComparison.Ordinal))).Kind);

    [Fact]
    public void TooManyLayersAreRefused() => Assert.Throws<CortenException>(() =>
        Read($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{string.Join(',', Enumerable.Repeat(Config, ManifestReader.MaxLayers + 1))}}]}"""));

    [Fact]
    public void TooManyEntriesAreRefused() => Assert.Throws<CortenException>(() => ManifestReader.ReadIndex(Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', Enumerable.Repeat(Config, ManifestReader.MaxIndexEntries + 1))}}]}""")));

    [Fact]
    public void DeepJsonIsRefused() => Assert.Throws<CortenException>(() => Read(new string('[', 100_000)));

    [Theory]
    [InlineData("""{"mediaType":"x/y"}""", "x/y")]
    [InlineData("""{"manifests":[]}""", MediaTypes.OciIndex)]
    [InlineData("""{"config":{}}""", MediaTypes.OciManifest)]
    [InlineData("""{"mediaType":5}""", null)]
    [InlineData("""[1]""", null)]
    [InlineData("""<html>""", null)]
    public void TheTypeIsToldByTheContent(string json, string? type) => Assert.Equal(type, ManifestReader.MediaTypeOf(Encoding.UTF8.GetBytes(json)));

    /// <summary>Whatever bytes are changed in a good manifest: it is read, or refused with our own failure.</summary>
    [Fact]
    public void DamagedManifestsAreReadOrRefused()
    {
        var good = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{Config}},"layers":[{{Config}},{{Config}}]}""");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var damaged = good[..length].ToArray();
            if (at < damaged.Length)
            {
                damaged[at] = value;
            }

            try
            {
                ManifestReader.ReadManifest(damaged);
                ManifestReader.ReadIndex(damaged);
            }
            catch (CortenException refused)
            {
                Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
            }
        });
    }

    private static Manifest Read(string json) => ManifestReader.ReadManifest(Encoding.UTF8.GetBytes(json));
}
