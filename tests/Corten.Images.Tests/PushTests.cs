using Corten.Distribution.Tests.Registry;
using Corten.Images.Pull;
using Corten.Images.Push;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

public sealed class PushTests
{
    [Fact]
    public async Task WhatIsPushedCanBePulledElsewhere()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("f", new string('x', 300_000)), $"{registry.Authority}/a/b:1");

        await engine.PushAsync($"{registry.Authority}/a/b:1");

        await using var other = new ImageFixture();
        await other.PullAsync($"{registry.Authority}/a/b:1");
        var image = await other.Images.ResolveAsync($"{registry.Authority}/a/b:1", null, default);
        Assert.Equal(id, image.Id);
        Assert.Equal(300_000, other.Store.Layers.SizeOf(image.Config));
        Assert.Equal(MediaTypes.OciLayerGzip, Assert.Single(image.Manifest.Layers).MediaType);
    }
}
