using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using CsCheck;

namespace Corten.Images.Tests;

public sealed class LoadTests
{
    [Fact]
    public async Task ADockerArchiveOfSeveralLayers()
    {
        await using var engine = new ImageFixture();

        var images = await engine.LoadAsync(Archives.DockerArchive(["i/a:1", "i/a:2"], Archives.Layer("a", "low"), Archives.Layer("b", "high")));

        Assert.Equal(["i/a:1", "i/a:2"], images.Select(i => i.Reference!.Familiar));
        var image = await engine.Images.ResolveAsync("i/a:2", null, default);
        Assert.Equal(image.ConfigDigest, image.Id);
        var folders = engine.Layers.LowerDirectories(image.ChainId);
        Assert.Equal("high", File.ReadAllText(Path.Combine(folders[0], "b")));
        Assert.Equal("low", File.ReadAllText(Path.Combine(folders[1], "a")));
    }

    [Fact]
    public async Task AnOciLayoutKeepsItsManifest()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var manifest = layout.Image("amd64", Archives.Layer("a", "x"));

        await engine.LoadAsync(Archives.Gzip(layout.Entry(manifest, "docker.io/i/oci:1").ToArray()));

        var image = await engine.Images.ResolveAsync("i/oci:1", null, default);
        Assert.Equal(manifest.Digest, image.Record.Target.Digest);
    }

    [Fact]
    public async Task AnIndexOfSeveralPlatformsGoesByItsOwnDigest()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var (amd, arm) = (layout.Image("amd64", Archives.Layer("a", "amd")), layout.Image("arm64", Archives.Layer("a", "arm")));
        var index = layout.Index(arm, amd);

        await engine.LoadAsync(layout.Entry(index, "docker.io/i/multi:1").ToArray());

        var host = await engine.Images.ResolveAsync("i/multi:1", null, default);
        var other = await engine.Images.ResolveAsync("i/multi:1", Platform.Parse("linux/arm64"), default);
        Assert.Equal(index.Digest, host.Id);
        Assert.Equal(Platform.Host.Architecture, host.Config.Architecture);
        Assert.Equal("arm64", other.Config.Architecture);
        Assert.Equal("arm", File.ReadAllText(Path.Combine(engine.Layers.LowerDirectories(other.ChainId)[0], "a")));
        await engine.Store.CollectAsync(default);
        Assert.True(engine.Layers.Exists(other.ChainId));
    }

    [Fact]
    public async Task OnlyOnePlatformOfAnIndex()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var index = layout.Index(layout.Image("amd64", Archives.Layer("a", "amd")), layout.Image("arm64", Archives.Layer("a", "arm")));
        layout.Entry(index, "docker.io/i/multi:1");

        var image = Assert.Single(await engine.LoadAsync(layout.ToArray(), Platform.Parse("linux/arm64")));

        Assert.Equal(image.ConfigDigest, image.Id);
        Assert.Equal("arm64", image.Config.Architecture);
    }

    [Fact]
    public async Task ImagesForOtherPlatformsArePassedOver()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        layout.Entry(layout.Image("amd64", Archives.Layer("a", "amd")), "docker.io/i/one:1");

        Assert.Empty(await engine.LoadAsync(layout.ToArray(), Platform.Parse("linux/arm64")));

        engine.AssertEmpty();
    }

    [Fact]
    public async Task WhatWasSavedLoadsAgainWithTheSameDigests()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var index = layout.Index(layout.Image("amd64", Archives.Layer("a", "amd")), layout.Image("arm64", Archives.Layer("a", "arm")));
        await engine.LoadAsync(layout.Entry(index, "docker.io/i/multi:1").ToArray());
        await engine.LoadAsync(Archives.DockerArchive(["i/plain:1"], Archives.Layer("p", "plain")));

        var saved = new MemoryStream();
        using (var archive = await engine.Images.Save.PrepareAsync(["i/multi", "i/plain:1"], null, default))
        {
            await archive.WriteAsync(saved, default);
        }

        await using var other = new ImageFixture();
        await other.LoadAsync(saved.ToArray());
        Assert.Equal(index.Digest, (await other.Images.ResolveAsync("i/multi:1", null, default)).Id);
        Assert.Equal((await engine.Images.ResolveAsync("i/plain:1", null, default)).Id, (await other.Images.ResolveAsync("i/plain:1", null, default)).Id);
    }

    /// <summary>Docker's list beside the index names the platform of the machine that saved it; that is no reason to lose the others.</summary>
    [Theory]
    [InlineData("linux/amd64")]
    [InlineData("linux/arm64")]
    public async Task WhatWasSavedForAnotherPlatformIsStillTheWholeImage(string platform)
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var index = layout.Index(layout.Image("amd64", Archives.Layer("a", "amd")), layout.Image("arm64", Archives.Layer("a", "arm")));
        await engine.LoadAsync(layout.Entry(index, "docker.io/i/multi:1").ToArray());
        var there = await engine.Images.ResolveAsync("i/multi:1", Platform.Parse(platform), default);
        layout.File("manifest.json", $$"""[{"Config":"blobs/sha256/{{there.ConfigDigest.Hex}}","RepoTags":["i/multi:1"],"Layers":[]}]""");

        await using var whole = new ImageFixture();
        Assert.Equal(index.Digest, Assert.Single(await whole.LoadAsync(layout.ToArray())).Id);
        await using var one = new ImageFixture();
        Assert.Equal("arm64", Assert.Single(await one.LoadAsync(layout.ToArray(), Platform.Parse("linux/arm64"))).Config.Architecture);
    }

    public static TheoryData<string> HostileArchives => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileArchives))]
    public async Task HostileArchivesAreRefusedAndLeaveNothing(string name)
    {
        await using var engine = new ImageFixture();

        var refused = await Assert.ThrowsAnyAsync<CortenException>(() => engine.LoadAsync(Hostile[name]()));

        Assert.NotEqual("", refused.Message);
        engine.AssertEmpty();
    }

    /// <summary>Cut or damaged anywhere: loaded, or refused as ours and nothing left.</summary>
    [Fact]
    public async Task DamagedArchivesAreLoadedOrRefused()
    {
        var layout = new LayoutBuilder();
        var good = layout.Entry(layout.Image("amd64", Archives.Layer("a", "x")), "docker.io/i/x:1").ToArray();
        var random = new Random(20251);
        for (var round = 0; round < 60; round++)
        {
            await using var engine = new ImageFixture();
            var damaged = good[..(round % 2 == 0 ? good.Length : random.Next(good.Length))].ToArray();
            for (var i = 0; i < 3 && damaged.Length > 0; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                await engine.LoadAsync(damaged);
            }
            catch (CortenException)
            {
                engine.AssertEmpty();
            }
        }
    }

    private static Dictionary<string, Func<byte[]>> Hostile { get; } = new()
    {
        ["empty"] = () => [],
        ["no image"] = () => Archives.Tar(("hello", "x"u8.ToArray())),
        ["truncated"] = () => Archives.DockerArchive(["x"], Archives.Layer("a", new string('x', 100_000)))[..60_000],
        ["a path out of the archive"] = () => Archives.Tar(("../../etc/passwd", "x"u8.ToArray()), ("manifest.json", "[]"u8.ToArray())),
        ["a blob of another digest"] = () => Archives.Tar(($"blobs/sha256/{Digest.Of("a"u8).Hex}", "b"u8.ToArray()), ("index.json", "{}"u8.ToArray())),
        ["manifest.json names the host's files"] = () => Archives.Tar(
            ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"/etc/passwd","RepoTags":["x:1"],"Layers":["../../../etc/shadow"]}]"""))),
        ["layers are missing"] = () => WithManifest(config => $$"""[{"Config":"{{config}}","RepoTags":["x:1"],"Layers":["gone/layer.tar"]}]"""),
        ["fewer layers than diff ids"] = () => WithManifest(config => $$"""[{"Config":"{{config}}","RepoTags":["x:1"],"Layers":[]}]"""),
        ["a tag that is none"] = () => WithManifest(config => $$"""[{"Config":"{{config}}","RepoTags":["../x"],"Layers":["l/layer.tar"]}]"""),
        ["another layer than the diff id says"] = () =>
        {
            var config = Archives.Config([Archives.Layer("a", "promised")]);
            return Archives.Tar(
                ("l/layer.tar", Archives.Layer("a", "delivered")), ("c.json", config), ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"c.json","RepoTags":["x:1"],"Layers":["l/layer.tar"]}]""")));
        },
        ["manifest.json is no list"] = () => Archives.Tar(("manifest.json", Encoding.UTF8.GetBytes("""{"Config":5}"""))),
        ["manifest.json is huge"] = () => Archives.Tar(("manifest.json", new byte[5 << 20])),
        ["links in a circle"] = () => Links(("c.json", "d.json"), ("d.json", "c.json")),
        ["a link to the host"] = () => Links(("c.json", "/etc/passwd")),
        ["an index within itself too deep"] = () =>
        {
            var layout = new LayoutBuilder();
            var index = layout.Image("amd64", Archives.Layer("a", "x"));
            for (var depth = 0; depth < 8; depth++)
            {
                index = layout.Index(index);
            }

            return layout.Entry(index, "docker.io/x:1").ToArray();
        },
        ["an index without its manifests"] = () =>
        {
            var layout = new LayoutBuilder();
            return layout.Entry(layout.Index(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Of("gone"u8), Size = 4 }), "docker.io/x:1").ToArray();
        },
        ["a layer that is no tar"] = () =>
        {
            var layout = new LayoutBuilder();
            return layout.Entry(layout.Image("amd64", new byte[70_000].Select((_, i) => (byte)(i * 7)).ToArray()), "docker.io/x:1").ToArray();
        },
        ["another system"] = () =>
        {
            var layout = new LayoutBuilder();
            var config = layout.Blob(JsonSerializer.SerializeToUtf8Bytes(new ImageConfig { Os = "windows", Architecture = "amd64" }, ImageJson.Plain.ImageConfig), MediaTypes.OciConfig);
            var manifest = JsonSerializer.SerializeToUtf8Bytes(new Manifest { MediaType = MediaTypes.OciManifest, Config = config }, ImageJson.Plain.Manifest);
            return layout.Entry(layout.Blob(manifest, MediaTypes.OciManifest), "docker.io/x:1").ToArray();
        },
    };

    private static byte[] WithManifest(Func<string, string> manifest)
    {
        var layer = Archives.Layer("a", "x");
        var config = Archives.Config([layer]);
        return Archives.Tar(("l/layer.tar", layer), ("c.json", config), ("manifest.json", Encoding.UTF8.GetBytes(manifest("c.json"))));
    }

    private static byte[] Links(params (string Name, string Target)[] links)
    {
        var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, target) in links)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });
            }

            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes("""[{"Config":"c.json","RepoTags":["x:1"],"Layers":[]}]""")),
            });
        }

        return buffer.ToArray();
    }
}
