using Corten.EngineApi.Filters;
using Corten.Images.Listing;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

public sealed class ListTests
{
    [Theory]
    [InlineData("{}", "c:1 b:1,b:2 <none> a:1")]
    [InlineData("""{"dangling":["true"]}""", "<none>")]
    [InlineData("""{"dangling":["false"]}""", "c:1 b:1,b:2 a:1")]
    [InlineData("""{"reference":["b"]}""", "b:1,b:2")]
    [InlineData("""{"reference":["*:2"]}""", "b:2")]
    [InlineData("""{"reference":["[ac]","b:1"]}""", "c:1 b:1 a:1")]
    [InlineData("""{"label":["k"]}""", "c:1")]
    [InlineData("""{"label":["k=v"]}""", "c:1")]
    [InlineData("""{"label":["k=w"]}""", "")]
    [InlineData("""{"before":["b:1"]}""", "<none> a:1")]
    [InlineData("""{"since":["b:1"]}""", "c:1")]
    public async Task Filters(string filters, string expected)
    {
        await using var engine = new ImageFixture();
        await engine.ImportAsync(Archives.Layer("a", "x"), "a:1");
        await engine.ImportAsync(Archives.Layer("n", "x"));
        await engine.ImportAsync(Archives.Layer("b", "x"), "b:1");
        await engine.Images.Tagging.TagAsync("b:1", "b", "2", default);
        await engine.ImportAsync(Archives.Layer("c", "x"), "c:1", "LABEL k=v");

        var listed = await engine.Images.Listing.ListAsync(new ImageListQuery { Filters = FilterSet.Parse(filters) }, default);

        Assert.Equal(expected, string.Join(' ', listed.Select(i => i.RepoTags!.Count == 0 ? "<none>" : string.Join(',', i.RepoTags))));
    }

    [Fact]
    public async Task SizesSharedAndOwn()
    {
        await using var engine = new ImageFixture();
        var low = Archives.Layer("a", new string('x', 100));
        await engine.LoadAsync(Archives.DockerArchive(["i/a:1"], low));
        await engine.LoadAsync(Archives.DockerArchive(["i/b:1"], low, Archives.Layer("b", "12345")));

        var listed = await engine.Images.Listing.ListAsync(new ImageListQuery { SharedSize = true }, default);

        Assert.Equal([(100, 100), (105, 100)], listed.Select(i => ((int)i.Size, (int)i.SharedSize)).Order());
    }

    [Fact]
    public async Task UnknownFiltersAreRefused()
    {
        await using var engine = new ImageFixture();

        await Assert.ThrowsAsync<InvalidFilterException>(() => engine.Images.Listing.ListAsync(new ImageListQuery { Filters = FilterSet.Parse("""{"x":["y"]}""") }, default));
    }

    [Fact]
    public async Task HistoryIsNewestFirst()
    {
        await using var engine = new ImageFixture();
        await engine.LoadAsync(Archives.DockerArchive(["i/a:1"], Archives.Layer("a", "123"), Archives.Layer("b", "12345")));

        var history = await engine.Images.History.ListAsync("i/a:1", null, default);

        Assert.Equal([5, 3], history.Select(h => (int)h.Size));
        Assert.Equal(["i/a:1"], history[0].Tags);
        Assert.Equal("<missing>", history[1].Id);
    }

    [Fact]
    public async Task EveryPlatformOfAnIndexIsListed()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var index = layout.Index(layout.Image("amd64", Archives.Layer("a", "amd")), layout.Image("arm64", Archives.Layer("a", "arm")));
        await engine.LoadAsync(layout.Entry(index, "docker.io/i/multi:1").ToArray());

        var image = Assert.Single(await engine.Images.Listing.ListAsync(new ImageListQuery { Manifests = true }, default));

        Assert.Equal(["amd64", "arm64"], image.Manifests!.Select(m => m.ImageData!.Platform.Architecture));
        Assert.All(image.Manifests!, m => Assert.True(m.Available));
    }

    [Fact]
    public async Task AnIdPrefixMustBeUnique()
    {
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("a", "x"), "a:1");

        Assert.Equal(id, (await engine.Images.ResolveAsync(id.Short, null, default)).Id);
        Assert.Equal(id, (await engine.Images.ResolveAsync(id.ToString(), null, default)).Id);
        Assert.Equal(id, (await engine.Images.ResolveAsync("sha256:" + id.Short, null, default)).Id);
    }
}
