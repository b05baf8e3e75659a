using Corten.Images.Commit;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

public sealed class CommitTests
{
    [Fact]
    public async Task AContainersChangesBecomeALayer()
    {
        await using var engine = new ImageFixture();
        var parent = await engine.ImportAsync(Archives.Layer("a", "low"), "base:1", "ENV A=1", "CMD [\"x\"]");
        await using var container = new FakeContainer(parent, Archives.Layer("b", "high"), new ContainerDefaults { Env = ["A=1"], Cmd = ["sh"], Labels = new() { ["k"] = "v" } });

        var id = await engine.Images.Commit.CommitAsync(
            container, new CommitOptions { Name = ImageReference.Parse("made:1"), Comment = "why", Author = "me", Changes = ["ENV B=2"] }, default);

        var image = await engine.Images.ResolveAsync("made:1", null, default);
        Assert.Equal(id, image.Id);
        Assert.Equal(parent, image.Record.Parent);
        Assert.Equal(["A=1", "B=2"], image.Config.Config!.Env);
        Assert.Equal(["sh"], image.Config.Config.Cmd);
        Assert.Equal(("why", "me"), (image.Config.Comment, image.Config.Author));
        Assert.Equal(2, image.Config.History!.Count);
        var folders = engine.Layers.LowerDirectories(image.ChainId);
        Assert.Equal(["high", "low"], new[] { File.ReadAllText(Path.Combine(folders[0], "b")), File.ReadAllText(Path.Combine(folders[1], "a")) });
    }

    [Fact]
    public async Task AParentStaysWhileItHasChildren()
    {
        await using var engine = new ImageFixture();
        var parent = await engine.ImportAsync(Archives.Layer("a", "low"), "base:1");
        await using var container = new FakeContainer(parent, Archives.Layer("b", "high"), new ContainerDefaults());
        await engine.Images.Commit.CommitAsync(container, new CommitOptions { Name = ImageReference.Parse("made:1") }, default);

        var conflict = await Assert.ThrowsAsync<Oci.Errors.CortenException>(() => engine.Images.Removal.RemoveAsync(parent.Short, force: true, pruneParents: true, [], default));
        Assert.Equal($"conflict: unable to delete {parent.Short} (cannot be forced) - image has dependent child images", conflict.Message);
        await engine.Images.Removal.RemoveAsync("base:1", force: false, pruneParents: true, [], default);
        await engine.Images.Removal.RemoveAsync("made:1", force: false, pruneParents: true, [], default);
        engine.AssertEmpty();
    }

    private sealed class FakeContainer(Digest image, byte[] layer, ContainerDefaults config) : CommitSource
    {
        public override string ContainerId => new('c', 64);

        public override Digest Image => image;

        public override Digest Chain => default;

        public override ContainerDefaults Config => config;

        public override Task WriteLayerAsync(Stream target, CancellationToken cancellationToken) => target.WriteAsync(layer, cancellationToken).AsTask();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
