namespace Corten.Images.Tests;

public sealed class DebianRegistryTests
{
    [Fact]
    public async Task PushAndPullAnonymously()
    {
        await using var registry = await DebianRegistry.StartAsync();
        await using var engine = new ImageFixture();
        var id = await engine.ImportAsync(Archives.Layer("f", new string('x', 300_000)), $"{registry.Authority}/a/b:1");

        await engine.PushAsync($"{registry.Authority}/a/b:1");
        await using var other = new ImageFixture();
        await other.PullAsync($"{registry.Authority}/a/b:1");

        Assert.Equal(id, (await other.Images.ResolveAsync($"{registry.Authority}/a/b:1", null, default)).Id);
    }
}
