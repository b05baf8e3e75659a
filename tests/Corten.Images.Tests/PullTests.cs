using System.Text;
using System.Text.Json;
using Corten.Distribution;
using Corten.Distribution.Tests.Registry;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

public sealed class PullTests
{
    private static readonly byte[] _low = Archives.Layer("low", string.Concat(Enumerable.Range(0, 60_000).Select(i => (i * 7919).ToString(System.Globalization.CultureInfo.InvariantCulture))));
    private static readonly byte[] _high = Archives.Layer("high", "h");

    [Fact]
    public async Task LayersNamesAndLines()
    {
        await using var registry = await StartAsync();
        await using var engine = new ImageFixture();

        await engine.PullAsync($"{registry.Authority}/a/b:1");

        var (low, high) = (Digest.Of(Archives.Gzip(_low)).Short, Digest.Of(Archives.Gzip(_high)).Short);
        Assert.StartsWith($$"""{"status":"Pulling from a/b","id":"1"}""" + "\r\n", engine.Reported, StringComparison.Ordinal);
        foreach (var line in (string[])["Pulling fs layer", "Download complete", "Pull complete"])
        {
            Assert.Contains($$"""{"status":"{{line}}","progressDetail":{},"id":"{{low}}"}""", engine.Reported, StringComparison.Ordinal);
            Assert.Contains($$"""{"status":"{{line}}","progressDetail":{},"id":"{{high}}"}""", engine.Reported, StringComparison.Ordinal);
        }

        var digest = Digest.Of(registry.Manifests[("a/b", "1")].Content);
        Assert.EndsWith(
            $$"""{"status":"Digest: {{digest}}"}""" + "\r\n" + $$"""{"status":"Status: Downloaded newer image for {{registry.Authority}}/a/b:1"}""" + "\r\n", engine.Reported, StringComparison.Ordinal);
        Assert.Equal([$"{registry.Authority}/a/b:1", $"{registry.Authority}/a/b@{digest}"], engine.Store.Catalog.Names().Select(n => n.Reference.Familiar));

        registry.Requests.Clear();
        await engine.PullAsync($"{registry.Authority}/a/b:1");
        Assert.Contains("Status: Image is up to date for", engine.Reported, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.StartsWith("GET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnInterruptedPullGoesOnInTheNextDaemon()
    {
        await using var registry = await StartAsync();
        var blob = Archives.Gzip(_low);
        var path = $"/v2/a/b/blobs/{Digest.Of(blob)}";
        using var stop = new CancellationTokenSource();
        registry.Before = async http =>
        {
            if (http.Request.Path != path)
            {
                return false;
            }

            http.Response.ContentLength = blob.Length;
            await http.Response.Body.WriteAsync(blob.AsMemory(0, blob.Length / 2));
            await http.Response.Body.FlushAsync();
            await Task.Delay(200);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var first = new ImageFixture();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.PullAsync($"{registry.Authority}/a/b:1", cancellationToken: stop.Token));
        Assert.Empty(first.Store.Catalog.List());
        await first.LeaveAsync();

        var range = "";
        registry.Before = http =>
        {
            range = http.Request.Path == path ? http.Request.Headers.Range.ToString() : range;
            return Task.FromResult(false);
        };
        await using var second = new ImageFixture(root: first.Root.Path);
        await second.Store.CollectAsync(default);
        await second.PullAsync($"{registry.Authority}/a/b:1");

        Assert.Equal($"bytes={blob.Length / 2}-", range);
        Assert.NotNull(await second.Images.ResolveAsync($"{registry.Authority}/a/b:1", null, default));
    }

    [Fact]
    public async Task ACutConnectionIsRetriedWithALine()
    {
        await using var registry = await StartAsync();
        var blob = Archives.Gzip(_low);
        var cuts = 0;
        registry.Before = async http =>
        {
            if (http.Request.Path != $"/v2/a/b/blobs/{Digest.Of(blob)}" || cuts++ > 0)
            {
                return false;
            }

            http.Response.ContentLength = blob.Length;
            await http.Response.Body.WriteAsync(blob.AsMemory(0, blob.Length / 3));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return true;
        };
        await using var engine = new ImageFixture();

        await engine.PullAsync($"{registry.Authority}/a/b:1");

        Assert.Contains("Retrying in 1 second", engine.Reported, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfAnIndexThePlatformIsChosen()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var (amd, arm) = (Archives.Layer("a", "amd"), Archives.Layer("a", "arm"));
        var entries = new[] { ("amd64", amd), ("arm64", arm) }.Select(p =>
            registry.AddImage("a/b", p.Item1, Archives.Config([p.Item2], p.Item1), Archives.Gzip(p.Item2)) with { Platform = new Platform { Os = "linux", Architecture = p.Item1 } }).ToList();
        var index = registry.AddManifest(
            "a/b", "1", MediaTypes.OciIndex, JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = entries }, ImageJson.Plain.ImageIndex));
        await using var engine = new ImageFixture();

        await engine.PullAsync($"{registry.Authority}/a/b:1", Platform.Parse("linux/arm64"));

        var image = await engine.Images.ResolveAsync($"{registry.Authority}/a/b:1", null, default);
        Assert.Equal("arm64", image.Config.Architecture);
        Assert.Equal(image.ConfigDigest, image.Id);
        Assert.Contains(engine.Store.Catalog.Names(), n => n.Reference.Digest == index.Digest);
        var missing = await Assert.ThrowsAsync<CortenException>(() => engine.PullAsync($"{registry.Authority}/a/b:1", Platform.Parse("linux/s390x")));
        Assert.Equal("no matching manifest for linux/s390x in the manifest list entries", missing.Message);
    }

    [Fact]
    public async Task ByDigestAndAllTags()
    {
        await using var registry = await StartAsync();
        registry.AddImage("a/b", "2", Archives.Config([_high]), Archives.Gzip(_high));
        var digest = Digest.Of(registry.Manifests[("a/b", "2")].Content);
        await using var engine = new ImageFixture();

        await engine.PullAsync($"{registry.Authority}/a/b@{digest}");
        Assert.Equal($"{registry.Authority}/a/b@{digest}", Assert.Single(engine.Store.Catalog.Names()).Reference.Familiar);

        await engine.PullAsync($"{registry.Authority}/a/b");
        Assert.Equal(["1", "2"], engine.Store.Catalog.Names().Where(n => n.IsTag).Select(n => n.Reference.Tag));
    }

    [Fact]
    public async Task AMirrorStandsInForTheHub()
    {
        await using var mirror = await MemoryRegistry.StartAsync();
        mirror.AddImage("library/x", "1", Archives.Config([_high]), Archives.Gzip(_high));
        await using var engine = new ImageFixture(new RegistrySettings { Mirrors = [new Uri($"http://{mirror.Authority}")] });

        await engine.PullAsync("x:1");

        Assert.NotNull(await engine.Images.ResolveAsync("x:1", null, default));
        Assert.Contains(mirror.Requests, r => r.Contains("ns=docker.io", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DENIED", "pull access denied for HOST/a/b, repository does not exist or may require 'docker login': denied: m")]
    [InlineData("MANIFEST_UNKNOWN", "manifest for HOST/a/b:1 not found: manifest unknown: m")]
    [InlineData("NAME_UNKNOWN", "repository HOST/a/b not found: name unknown: m")]
    [InlineData("TOOMANYREQUESTS", "toomanyrequests: m")]
    public async Task RefusalsInDockersWords(string code, string message)
    {
        await using var registry = await MemoryRegistry.StartAsync();
        registry.Before = http => http.Request.Path == "/v2/" ? Task.FromResult(false) : MemoryRegistry.FailAsync(http, http.Request.Method == "HEAD" ? 404 : 403, code, "m");
        await using var engine = new ImageFixture();

        var refused = await Assert.ThrowsAnyAsync<CortenException>(() => engine.PullAsync($"{registry.Authority}/a/b:1"));

        Assert.Equal(message.Replace("HOST", registry.Authority, StringComparison.Ordinal), refused.Message);
        engine.AssertEmpty();
    }

    public static TheoryData<string> HostileRegistries => ["layer of another digest", "config of another digest", "longer layer", "wrong diff id", "no tar", "schema 1", "no image", "fewer layers"];

    [Theory]
    [MemberData(nameof(HostileRegistries))]
    public async Task HostileRegistriesAreRefusedAndNothingIsRecorded(string kind)
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var layer = Archives.Gzip(_high);
        var name = ("a/b", Digest.Of(layer).ToString());
        switch (kind)
        {
            case "layer of another digest":
                registry.AddImage("a/b", "1", Archives.Config([_high]), layer);
                registry.Blobs[name] = Archives.Gzip(Archives.Layer("high", "x"));
                break;
            case "config of another digest":
                var config = Archives.Config([_high]);
                registry.AddImage("a/b", "1", config, layer);
                registry.Blobs[("a/b", Digest.Of(config).ToString())] = [.. config[..^1], (byte)' '];
                break;
            case "longer layer":
                registry.AddImage("a/b", "1", Archives.Config([_high]), layer);
                registry.Blobs[name] = [.. layer, 0, 0, 0];
                break;
            case "wrong diff id":
                registry.AddImage("a/b", "1", Archives.Config([_low]), layer);
                break;
            case "no tar":
                registry.AddImage("a/b", "1", Archives.Config([Encoding.UTF8.GetBytes(new string('x', 2000))]), Archives.Gzip(Encoding.UTF8.GetBytes(new string('x', 2000))));
                break;
            case "schema 1":
                registry.AddManifest("a/b", "1", "application/vnd.docker.distribution.manifest.v1+prettyjws", "{}"u8.ToArray());
                break;
            case "no image":
                registry.AddManifest("a/b", "1", MediaTypes.OciManifest, JsonSerializer.SerializeToUtf8Bytes(
                    new Manifest { MediaType = MediaTypes.OciManifest, Config = registry.AddBlob("a/b", "{}"u8.ToArray(), "application/vnd.cncf.helm.config.v1+json") }, ImageJson.Plain.Manifest));
                break;
            default:
                registry.AddImage("a/b", "1", Archives.Config([_low, _high]), layer);
                break;
        }

        await using var engine = new ImageFixture();

        var refused = await Assert.ThrowsAnyAsync<CortenException>(() => engine.PullAsync($"{registry.Authority}/a/b:1"));

        Assert.NotEqual("", refused.Message);
        Assert.Empty(engine.Store.Catalog.List());
        Assert.Empty(engine.Layers.List());
        Assert.False(engine.Content.Exists(Digest.Of(layer)) && kind == "layer of another digest");
        Assert.Equal(["0"], Directory.EnumerateFileSystemEntries(engine.Root.Layers).Select(Path.GetFileName));
    }

    [Fact]
    public async Task TwoPullsOfOneImageShareTheirWork()
    {
        await using var registry = await StartAsync();
        await using var engine = new ImageFixture();
        await using var one = ImageFixture.Silence();
        await using var two = ImageFixture.Silence();
        var request = Pull.PullRequest.For($"{registry.Authority}/a/b", "1", null, Distribution.Authentication.RegistryCredentials.Anonymous);

        await Task.WhenAll(engine.Images.Pull.PullAsync(request, one, default), engine.Images.Pull.PullAsync(request, two, default));

        Assert.Equal(2, registry.Count("GET", "/blobs/" + Digest.Of(Archives.Gzip(_low))) + registry.Count("GET", "/blobs/" + Digest.Of(Archives.Gzip(_high))));
        Assert.Single(engine.Store.Catalog.List());
    }

    private static async Task<MemoryRegistry> StartAsync()
    {
        var registry = await MemoryRegistry.StartAsync();
        registry.AddImage("a/b", "1", Archives.Config([_low, _high]), Archives.Gzip(_low), Archives.Gzip(_high));
        return registry;
    }
}
