using Corten.EngineApi.Filters;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

public sealed class RemovalTests
{
    [Fact]
    public async Task ANameGoesFirstAndTheImageWithItsLast()
    {
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("a", "x"), "i/a:1");
        await engine.Images.Tagging.TagAsync("i/a:1", "i/b", "", default);
        var chain = (await engine.Images.ResolveAsync("i/b", null, default)).ChainId;

        Assert.Equal(["Untagged i/a:1"], await RemoveAsync(engine, "i/a:1"));
        Assert.Equal(["Untagged i/b:latest", $"Deleted {id}", $"Deleted {chain}"], await RemoveAsync(engine, "i/b"));
        engine.AssertEmpty();
    }

    [Fact]
    public async Task ByIdAllNamesOfOneRepositoryGo()
    {
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("a", "x"), "i/a:1");

        Assert.Equal("Untagged i/a:1", (await RemoveAsync(engine, id.Short))[0]);
        engine.AssertEmpty();
    }

    [Fact]
    public async Task ByIdSeveralRepositoriesNeedForce()
    {
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("a", "x"), "i/a:1");
        await engine.Images.Tagging.TagAsync("i/a:1", "i/b", "", default);

        Assert.Equal(
            $"conflict: unable to delete {id.Short} (must be forced) - image is referenced in multiple repositories", await ConflictAsync(engine, id.Short, force: false));
        Assert.Equal(4, (await RemoveAsync(engine, id.Short, force: true)).Count);
        engine.AssertEmpty();
    }

    [Fact]
    public async Task ImagesInUseStay()
    {
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("a", "x"), "i/a:1");
        engine.Users.Uses.Add(new ImageUse(id, new string('c', 64), Running: true));

        Assert.Equal(
            $"conflict: unable to remove repository reference \"i/a:1\" (must force) - container cccccccccccc is using its referenced image {id.Short}", await ConflictAsync(engine, "i/a:1", force: false));
        Assert.Equal($"conflict: unable to delete {id.Short} (cannot be forced) - image is being used by running container cccccccccccc", await ConflictAsync(engine, id.Short, force: true));

        engine.Users.Uses[0] = engine.Users.Uses[0] with { Running = false };
        Assert.Equal($"conflict: unable to delete {id.Short} (must be forced) - image is being used by stopped container cccccccccccc", await ConflictAsync(engine, id.Short, force: false));
        Assert.Contains($"Deleted {id}", await RemoveAsync(engine, "i/a:1", force: true));
    }

    [Fact]
    public async Task SharedLayersStay()
    {
        await using var engine = new ImageFixture();
        var low = Archives.Layer("a", "low");
        await engine.LoadAsync(Archives.DockerArchive(["i/a:1"], low));
        await engine.LoadAsync(Archives.DockerArchive(["i/b:1"], low, Archives.Layer("b", "high")));

        Assert.Equal(3, (await RemoveAsync(engine, "i/b:1")).Count);

        Assert.NotNull(await engine.Images.ResolveAsync("i/a:1", null, default));
        Assert.Single(engine.Layers.List());
    }

    [Theory]
    [InlineData("nope", "No such image: nope:latest")]
    [InlineData("nope:1", "No such image: nope:1")]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "No such image: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    public async Task WhatIsNotThereIsTold(string name, string message)
    {
        await using var engine = new ImageFixture();

        var missing = await Assert.ThrowsAsync<CortenException>(() => RemoveAsync(engine, name));

        Assert.Equal((ErrorKind.NotFound, message), (missing.Kind, missing.Message));
    }

    [Fact]
    public async Task PruneTakesNamelessImagesAndWithAllUnusedOnes()
    {
        await using var engine = new ImageFixture();
        var nameless = await engine.ImportAsync(Archives.Layer("a", "x"));
        await engine.ImportAsync(Archives.Layer("b", "x"), "i/b:1", "LABEL keep=yes");
        var used = await engine.ImportAsync(Archives.Layer("c", "x"), "i/c:1");
        engine.Users.Uses.Add(new ImageUse(used, "c", Running: false));

        var first = await engine.Images.Pruning.PruneAsync(FilterSet.Empty, null, default);
        Assert.Contains(first.ImagesDeleted!, i => i.Deleted == nameless.ToString());
        Assert.True(first.SpaceReclaimed > 0);
        Assert.Null((await engine.Images.Pruning.PruneAsync(FilterSet.Parse("""{"dangling":["0"],"label!":["keep"]}"""), null, default)).ImagesDeleted);

        var all = await engine.Images.Pruning.PruneAsync(FilterSet.Parse("""{"dangling":["false"]}"""), null, default);
        Assert.Equal("i/b:1", all.ImagesDeleted![0].Untagged);
        Assert.Equal(used, Assert.Single(engine.Store.Catalog.List()).Id);
    }

    [Fact]
    public async Task APlatformGoesAloneAndTheLastWithTheImage()
    {
        await using var engine = new ImageFixture();
        var layout = new LayoutBuilder();
        var (amd, arm) = (layout.Image("amd64", Archives.Layer("a", "amd")), layout.Image("arm64", Archives.Layer("a", "arm")));
        var index = layout.Index(amd, arm);
        await engine.LoadAsync(layout.Entry(index, "docker.io/i/multi:1").ToArray());
        var chain = (await engine.Images.ResolveAsync("i/multi:1", Platform.Parse("linux/amd64"), default)).ChainId;

        var unforced = await Assert.ThrowsAsync<CortenException>(() => RemoveAsync(engine, "i/multi:1", force: false, "linux/amd64"));
        Assert.StartsWith("Content will be removed from all images referencing this variant.", unforced.Message);
        var missing = await Assert.ThrowsAsync<CortenException>(() => RemoveAsync(engine, "i/multi:1", force: true, "linux/riscv64"));
        Assert.Equal(
            (ErrorKind.NotFound, $"failed to delete platform linux/riscv64 for image {index.Digest}: image with reference i/multi:1 was found but does not provide any platform"),
            (missing.Kind, missing.Message));
        Assert.Equal([$"Deleted {amd.Digest}"], await RemoveAsync(engine, "i/multi:1", force: true, "linux/amd64"));

        Assert.False(engine.Store.Content.Exists(amd.Digest));
        Assert.False(engine.Layers.Exists(chain));
        var left = await engine.Images.ResolveAsync("i/multi:1", null, default);
        Assert.Equal((index.Digest, arm.Digest, "arm64"), (left.Id, left.ManifestDescriptor.Digest, left.Config.Architecture));
        var gone = await Assert.ThrowsAsync<CortenException>(() => engine.Images.ResolveAsync("i/multi:1", Platform.Parse("linux/amd64"), default));
        Assert.Equal("image with reference i/multi:1 was found but does not provide the specified platform (linux/amd64)", gone.Message);
        using (var saved = await engine.Images.Save.PrepareAsync(["i/multi:1"], null, default))
        {
            await saved.WriteAsync(Stream.Null, default);
        }

        await engine.LoadAsync(layout.ToArray());
        Assert.Equal("amd64", (await engine.Images.ResolveAsync("i/multi:1", Platform.Parse("linux/amd64"), default)).Config.Architecture);
        Assert.Contains($"Deleted {index.Digest}", await RemoveAsync(engine, "i/multi:1", force: true, "linux/arm64", "linux/amd64"));
        engine.AssertEmpty();
    }

    private static async Task<IReadOnlyList<string>> RemoveAsync(ImageFixture engine, string name, bool force = false, params string[] platforms) =>
        (await engine.Images.Removal.RemoveAsync(name, force, pruneParents: true, [.. platforms.Select(Platform.Parse)], default))
            .Select(i => i.Untagged is null ? $"Deleted {i.Deleted}" : $"Untagged {i.Untagged}").ToList();

    private static async Task<string> ConflictAsync(ImageFixture engine, string name, bool force)
    {
        var conflict = await Assert.ThrowsAsync<CortenException>(() => RemoveAsync(engine, name, force));
        Assert.Equal(ErrorKind.Conflict, conflict.Kind);
        return conflict.Message;
    }
}
