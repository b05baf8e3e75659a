using System.Text.Json;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

/// <summary>The content store is an OCI image layout that other tools can read: its index says what the catalog does.</summary>
public sealed class LayoutIndexTests
{
    [Fact]
    public async Task The_index_follows_the_catalog()
    {
        await using var engine = new ImageFixture();
        Assert.Empty(Names(engine));

        var id = await engine.ImportAsync(Archives.Layer("a", "x"), "a:1");
        var nameless = await engine.ImportAsync(Archives.Layer("n", "x"));
        await engine.Images.Tagging.TagAsync("a:1", "other.example/b", "2", default);
        Assert.Equal([("docker.io/library/a:1", "1"), ("other.example/b:2", "2"), ("", "")], Names(engine));

        // Each entry leads to a manifest whose blobs are here, and those of one image to the same.
        var entries = Index(engine).Manifests;
        Assert.Equal(entries[0].Digest, entries[1].Digest);
        foreach (var (entry, image) in entries.Zip([id, id, nameless]))
        {
            var manifest = JsonSerializer.Deserialize(await engine.Content.ReadAllAsync(entry.Digest), ImageJson.Plain.Manifest)!;
            Assert.Equal(image, manifest.Config.Digest);
            Assert.All(manifest.Layers.Append(manifest.Config), blob => Assert.True(engine.Content.Exists(blob.Digest)));
        }

        await engine.Images.Removal.RemoveAsync("a:1", force: false, pruneParents: true, [], default);
        Assert.Equal([("other.example/b:2", "2"), ("", "")], Names(engine));
    }

    private static ImageIndex Index(ImageFixture engine) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(engine.Root.Path, "content", "index.json")), ImageJson.Plain.ImageIndex)!;

    private static IEnumerable<(string, string)> Names(ImageFixture engine) =>
        Index(engine).Manifests.Select(m => (m.Annotations?["io.containerd.image.name"] ?? "", m.Annotations?["org.opencontainers.image.ref.name"] ?? ""));
}
