namespace Corten.EndToEnd.Build;

/// <summary><c>SOURCE_DATE_EPOCH</c>: the same inputs give the same digest.</summary>
public sealed class ReproducibleTests
{
    private const string Dockerfile = """
        FROM busybox AS build
        RUN mkdir -p /out/x && echo hi >/out/x/f && touch -d @1000000000 /out/x/old
        FROM busybox
        WORKDIR /w
        COPY src /w/src
        COPY --from=build /out /out
        RUN echo z >/z && chown 1:1 /z
        USER 1000
        """;

    [Fact]
    public async Task Twice_and_on_two_data_roots_the_digest_is_the_same()
    {
        await using var first = await CortenDaemon.StartAsync();
        await using var second = await CortenDaemon.StartAsync();
        // An import notes its time; both daemons must have the very same base.
        (await first.DockerAsync("save", "-o", $"{first.Root}/base.tar", "busybox")).Ok();
        (await second.DockerAsync("load", "-i", $"{first.Root}/base.tar")).Ok();
        var folder = new BuildFolder(first, Dockerfile, ("src/a", "1\n"), ("src/sub/b", "2\n"));

        var digests = new HashSet<string>();
        foreach (var (daemon, time) in new[] { (first, 1_600_000_000), (first, 1_600_000_100), (second, 1_600_000_200) })
        {
            // Times of files beyond the epoch are cut, those before it are content.
            File.SetLastWriteTimeUtc(Path.Combine(folder.Path, "src/a"), DateTimeOffset.FromUnixTimeSeconds(time + 200_000_000).UtcDateTime);
            (await daemon.DockerAsync("buildx", "build", "--no-cache", "--build-arg", "SOURCE_DATE_EPOCH=1700000000", "-o", "type=image,name=same,rewrite-timestamp=true",
                "--metadata-file", $"{folder.Out}/metadata.json", folder.Path)).Ok();
            digests.Add(folder.Metadata().GetProperty("containerimage.digest").GetString()!);
            Assert.Equal("2023-11-14 22:13:20", (await daemon.DockerAsync("run", "--rm", "--network", "none", "same", "stat", "-c", "%y", "/z")).Ok().Text[..19]);
            Assert.Equal("2001-09-09 01:46:40", (await daemon.DockerAsync("run", "--rm", "--network", "none", "same", "stat", "-c", "%y", "/out/x/old")).Ok().Text[..19]);
        }

        Assert.Single(digests);
    }

    [Fact]
    public async Task Without_rewriting_the_image_and_its_new_history_have_that_time()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        var folder = new BuildFolder(daemon, "FROM busybox\nRUN echo hi >/f\nENV A=b\n");
        (await daemon.DockerAsync("buildx", "build", "--build-arg", "SOURCE_DATE_EPOCH=1700000000", "-t", "epoch", folder.Path)).Ok();
        Assert.Equal("2023-11-14T22:13:20Z", (await daemon.DockerAsync("image", "inspect", "-f", "{{.Created}}", "epoch")).Ok().Text);
        var history = (await daemon.DockerAsync("history", "--format", "{{.CreatedAt}}", "epoch")).Ok().Text.Split('\n');
        Assert.Equal(["2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"], history[..2]);
        Assert.NotEqual("2023-11-14T22:13:20Z", history[2]);
    }
}
