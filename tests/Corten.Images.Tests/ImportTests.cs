using System.Text;

namespace Corten.Images.Tests;

public sealed class ImportTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnArchiveBecomesAnImageOfOneLayer(bool compressed)
    {
        await using var engine = new ImageFixture();
        var tar = Archives.Layer("hello", "world");

        var id = await engine.ImportAsync(compressed ? Archives.Gzip(tar) : tar, "i/imported", "CMD [\"/hello\"]", "ENV A=1");

        var image = await engine.Images.ResolveAsync("i/imported", null, default);
        Assert.Equal(id, image.Id);
        Assert.Equal(["/hello"], image.Config.Config!.Cmd);
        Assert.Equal(["A=1"], image.Config.Config.Env);
        Assert.Equal(Oci.Image.Digest.Of(tar), Assert.Single(image.Config.RootFs.DiffIds));
        Assert.Equal("world", File.ReadAllText(Path.Combine(engine.Layers.LowerDirectories(image.ChainId)[0], "hello")));
        Assert.Equal(5, engine.Store.Layers.SizeOf(image.Config));
    }

    [Fact]
    public async Task WhatIsNoArchiveLeavesNothing()
    {
        await using var engine = new ImageFixture();

        await Assert.ThrowsAnyAsync<Oci.Errors.CortenException>(() => engine.ImportAsync(Encoding.UTF8.GetBytes(new string('x', 5000))));

        engine.AssertEmpty();
    }
}
