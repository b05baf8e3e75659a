namespace Corten.EndToEnd.Build;

/// <summary>The history of builds, as <c>docker buildx history</c> shows it.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task Builds_are_remembered_with_their_output_after_the_daemon_was_killed()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        var good = new BuildFolder(daemon, "FROM busybox\nRUN echo from the good one\n");
        var bad = new BuildFolder(daemon, "FROM busybox\nRUN echo from the bad one; false\n");
        (await daemon.DockerAsync("buildx", "build", good.Path)).Ok();
        (await daemon.DockerAsync("buildx", "build", bad.Path)).Exits(1);
        await daemon.KillAsync();
        await daemon.LaunchAsync();

        var list = (await daemon.DockerAsync("buildx", "history", "ls", "--format", "{{.Ref}} {{.Status}}")).Ok().Text.Split('\n');
        Assert.Equal(["Error", "Completed"], list.Select(line => line.Split(' ')[1]));
        Assert.Contains("from the bad one", (await daemon.DockerAsync("buildx", "history", "logs")).Ok().Errors);
        Assert.Contains("from the good one", (await daemon.DockerAsync("buildx", "history", "logs", list[1].Split(' ')[0].Split('/')[^1])).Ok().Errors);
        Assert.Contains("exit code: 1", (await daemon.DockerAsync("buildx", "history", "inspect")).Ok().Output);
        Assert.Contains("slsa.dev/provenance", (await daemon.DockerAsync("buildx", "history", "inspect", list[1].Split(' ')[0].Split('/')[^1])).Ok().Output);

        (await daemon.DockerAsync("buildx", "history", "rm", "--all")).Ok();
        Assert.Equal("", (await daemon.DockerAsync("buildx", "history", "ls", "--format", "{{.Ref}}")).Ok().Text);
    }
}
