namespace Corten.EndToEnd.Build;

/// <summary>Caches elsewhere: what one daemon has built, another with a data root of its own need not build again.</summary>
public sealed class CacheTransferTests
{
    private const string Name = $"{NamespaceRegistry.Authority}/cached:1";

    /// <summary>Every RUN leaves something that no second run would.</summary>
    private const string Dockerfile = """
        FROM busybox AS build
        COPY a /in
        RUN cat /in >/made && cat /proc/sys/kernel/random/uuid >>/made
        FROM busybox
        WORKDIR /app
        COPY --from=build /made /app/
        RUN cat /proc/sys/kernel/random/uuid >/own
        CMD ["cat", "/app/made", "/own"]
        """;

    [Theory]
    [InlineData("type=registry,ref=127.0.0.1:5000/cache:max,mode=max", "type=registry,ref=127.0.0.1:5000/cache:max")]
    [InlineData("type=registry,ref=127.0.0.1:5000/cache:min", "type=registry,ref=127.0.0.1:5000/cache:min")]
    [InlineData("type=local,mode=max,dest=FOLDER", "type=local,src=FOLDER")]
    [InlineData("type=inline", "type=registry,ref=127.0.0.1:5000/cached:1")]
    public async Task Another_data_root_takes_every_step_from_it(string to, string from)
    {
        await using var first = await CortenDaemon.StartAsync();
        await using var second = await CortenDaemon.StartAsync();
        var shared = Path.Combine(first.Root, "registry");
        await using var here = await NamespaceRegistry.StartAsync(first, shared);
        await using var there = await NamespaceRegistry.StartAsync(second, shared);
        var cache = Path.Combine(first.Root, "cache");
        var folder = new BuildFolder(first, Dockerfile, ("a", "content\n"));

        (await first.DockerAsync("buildx", "build", "-t", Name, "--push", "--cache-to", to.Replace("FOLDER", cache), folder.Path)).Ok();
        var built = (await first.DockerAsync("run", "--rm", "--network", "none", Name)).Ok().Output;

        (await second.DockerAsync("buildx", "build", "-t", "taken", "--cache-from", from.Replace("FOLDER", cache), folder.Path)).Ok();
        Assert.Equal(built, (await second.DockerAsync("run", "--rm", "--network", "none", "taken")).Ok().Output);
    }

    [Fact]
    public async Task A_step_known_by_name_only_is_run_when_its_files_are_needed()
    {
        await using var first = await CortenDaemon.StartAsync();
        await using var second = await CortenDaemon.StartAsync();
        var cache = Path.Combine(first.Root, "cache");
        var folder = new BuildFolder(first, Dockerfile, ("a", "content\n"));
        (await first.DockerAsync("buildx", "build", "--cache-to", $"type=local,mode=min,dest={cache}", folder.Path)).Ok();

        // The stage's layers did not travel, and another of its files is asked for now.
        folder.Write("Dockerfile", Dockerfile.Replace("COPY --from=build /made /app/", "COPY --from=build /in /made /app/"));
        var build = await second.DockerAsync("buildx", "build", "--progress", "plain", "-t", "partly", "--cache-from", $"type=local,src={cache}", folder.Path);
        build.Ok();
        Assert.StartsWith("content\ncontent\n", (await second.DockerAsync("run", "--rm", "--network", "none", "partly", "cat", "/app/in", "/app/made")).Ok().Output);
    }

    [Fact]
    public async Task A_cache_that_is_not_there_or_is_none_stops_no_build()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        await using var registry = await NamespaceRegistry.StartAsync(daemon, Path.Combine(daemon.Root, "registry"));
        var folder = new BuildFolder(daemon, Dockerfile, ("a", "content\n"));
        (await daemon.DockerAsync("buildx", "build", "-t", $"{NamespaceRegistry.Authority}/plain:1", "--push", folder.Path)).Ok();
        var build = await daemon.DockerAsync("buildx", "build", "--progress", "plain", "--cache-from", $"{NamespaceRegistry.Authority}/nothing", "--cache-from", $"{NamespaceRegistry.Authority}/plain:1",
            "--cache-from", "type=nosuch,some=thing", folder.Path);
        Assert.Contains($"importing cache manifest from {NamespaceRegistry.Authority}/nothing", build.Ok().Errors);
        Assert.Contains("unknown cache importer: nosuch: use registry or local", build.Errors);
    }

    [Fact]
    public async Task A_layer_that_does_not_arrive_is_a_step_that_is_run()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        var cache = Path.Combine(daemon.Root, "cache");
        var folder = new BuildFolder(daemon, "FROM busybox AS a\nRUN echo a >/a\nFROM busybox AS b\nRUN echo b >/b\nFROM busybox\nCOPY --from=a /a /\nCOPY --from=b /b /\n");
        (await daemon.DockerAsync("buildx", "build", "--cache-to", $"type=local,mode=max,dest={cache}", folder.Path)).Ok();
        (await daemon.DockerAsync("system", "prune", "-af")).Ok();
        (await daemon.DockerAsync("import", "-c", "CMD [\"sh\"]", Programs.BaseImage, "busybox:latest")).Ok();

        // One is gone, of the others the content is another.
        string[] layers = [.. Directory.GetFiles($"{cache}/blobs/sha256").Where(f => File.ReadAllBytes(f) is [0x1F, 0x8B, ..])];
        Assert.True(layers.Length > 1);
        File.Delete(layers[0]);
        Array.ForEach(layers[1..], l => File.WriteAllText(l, "no layer"));
        var build = await daemon.DockerAsync("buildx", "build", "--progress", "plain", "-t", "anew", "--cache-from", $"type=local,src={cache}", folder.Path);
        Assert.Contains("importing cache layer", build.Ok().Errors);
        Assert.Contains(": the step is run instead", build.Errors);
        Assert.Equal("a\nb\n", (await daemon.DockerAsync("run", "--rm", "--network", "none", "anew", "cat", "/a", "/b")).Ok().Output);
    }
}
