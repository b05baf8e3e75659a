using System.Text.Json;

namespace Corten.EndToEnd.Build;

/// <summary><c>corten build</c>.</summary>
public sealed class CortenBuildTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private const string Dockerfile = "FROM busybox\nCOPY src /src\nRUN cat /src/a >/b\n";

    private readonly CortenDaemon _daemon = shared.Daemon;

    private BuildFolder Folder(string dockerfile = Dockerfile) => new(_daemon, dockerfile, ("src/a", "one\n"), ("src/b", "two\n"), ("other/c", "three\n"));

    [Fact]
    public async Task A_miss_is_explained_by_the_file_that_changed_and_a_touch_misses_nothing()
    {
        var folder = Folder();
        (await _daemon.CortenAsync("build", "-t", "explained", folder.Path)).Ok();
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, "src/a"), DateTime.UtcNow);
        var touched = (await _daemon.CortenAsync("build", "-q", "--explain", folder.Path)).Ok().Output;
        Assert.Contains("HIT   [2/3] COPY src /src  (line 2)", touched);
        Assert.DoesNotContain("MISS", touched);

        folder.Write("src/b", "changed\n");
        var changed = (await _daemon.CortenAsync("build", "-q", "--explain", folder.Path)).Ok().Output;
        Assert.Contains("MISS  [2/3] COPY src /src  (line 2)\n        file b changed\n", changed);
        Assert.Contains("MISS  [3/3] RUN cat /src/a >/b  (line 3)\n        the step before it gave something else\n", changed);
    }

    [Fact]
    public async Task Only_what_changed_and_can_be_reached_is_sent()
    {
        var folder = Folder("FROM scratch\nCOPY src /src\n");
        folder.Write("src/big", new string('x', 5_000_000));
        folder.Write("other/big", new string('x', 9_000_000));
        Assert.InRange(await SentAsync(folder), 5_000_000, 5_001_000);
        folder.Write("src/a", "changed\n");
        Assert.InRange(await SentAsync(folder), 0, 1_000);
    }

    /// <summary>Bytes of the context that crossed, as the progress tells it.</summary>
    private async Task<long> SentAsync(BuildFolder folder)
    {
        var lines = (await _daemon.CortenAsync("build", "--progress", "rawjson", folder.Path)).Ok().Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.SelectMany(line => JsonDocument.Parse(line).RootElement.TryGetProperty("statuses", out var statuses) ? statuses.EnumerateArray().ToArray() : [])
            .Where(status => status.GetProperty("id").GetString() == "transferring context:").Select(status => status.GetProperty("current").GetInt64()).DefaultIfEmpty(0).Max();
    }

    [Fact]
    public async Task Ignored_files_stay_here_and_those_taken_back_do_not()
    {
        var folder = Folder("FROM scratch\nCOPY . /\n");
        folder.Write(".dockerignore", "other\nsrc/*\n!src/b\n# a comment\nDockerfile\n.dockerignore\n");
        (await _daemon.CortenAsync("build", "-q", "-o", folder.Out, folder.Path)).Ok();
        Assert.Equal(["src/b"], Directory.GetFiles(folder.Out, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder.Out, path)));
    }

    [Fact]
    public async Task A_failing_step_shows_its_lines_its_output_and_its_code()
    {
        var folder = Folder("FROM busybox\n\nRUN echo last words; \\\n    exit 42\n");
        var errors = (await _daemon.CortenAsync("build", folder.Path)).Exits(1).Errors;
        Assert.Contains("last words", errors);
        Assert.Contains("   3 | >>> RUN echo last words; \\\n   4 | >>>     exit 42\n", errors);
        Assert.Contains("ERROR: failed to build: failed to solve: process \"/bin/sh -c echo last words;     exit 42\" did not complete successfully: exit code: 42", errors);
    }

    [Fact]
    public async Task Checks_find_mistakes_and_build_nothing()
    {
        var folder = Folder("from busybox\nCMD echo hi\n");
        var findings = (await _daemon.CortenAsync("build", "--check", folder.Path)).Exits(1).Output;
        Assert.Contains("WARNING: JSONArgsRecommended", findings);
        Assert.Contains("WARNING: RunsAsRoot", findings);
        (await _daemon.DockerAsync("tag", "busybox", "busybox:1.36")).Ok();
        var clean = Folder("FROM busybox:1.36\nHEALTHCHECK NONE\nUSER 1000\nCMD [\"true\"]\n");
        Assert.Equal("Check complete, no warnings found.\n", (await _daemon.CortenAsync("build", "--check", clean.Path)).Ok().Output);
    }

    [Fact]
    public async Task Contexts_come_from_standard_input_too()
    {
        var folder = Folder();
        (await _daemon.CortenAsync(["build", "-t", "piped", "-f", "-", folder.Path], "FROM busybox\nCOPY src/a /piped\n"u8.ToArray())).Ok();
        Assert.Equal("one\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "piped", "cat", "/piped")).Ok().Output);
        (await _daemon.CortenAsync(["build", "-t", "alone", "-"], "FROM busybox\nRUN echo alone >/f\n"u8.ToArray())).Ok();
        Assert.Equal("alone\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "alone", "cat", "/f")).Ok().Output);
        (await _daemon.ScriptAsync($"tar c -C {folder.Path} . | {Programs.Corten} build -q -t packed -")).Ok();
        // Whose archive ends without its mark.
        (await _daemon.ScriptAsync($"printf 'FROM packed\\nCOPY src/a /a\\n' | DOCKER_BUILDKIT=0 docker build -q -t read -f - {folder.Path}")).Ok();
        Assert.Equal("one\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "read", "cat", "/a")).Ok().Output);
        Assert.Equal("one\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "packed", "cat", "/b")).Ok().Output);
    }

    [Fact]
    public async Task Named_contexts_are_folders_here()
    {
        var folder = Folder("FROM scratch\nCOPY --from=named c /\n");
        (await _daemon.CortenAsync("build", "-q", "--build-context", $"named={folder.Path}/other", "-o", folder.Out, folder.Path)).Ok();
        Assert.Equal("three\n", await File.ReadAllTextAsync(Path.Combine(folder.Out, "c"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Secrets_reach_the_step_and_nothing_else()
    {
        const string Secret = "correct-horse-battery";
        var folder = Folder("FROM busybox\nRUN --mount=type=secret,id=file cut -c1-7 /run/secrets/file >/short\nRUN --mount=type=secret,id=word,env=WORD test ${#WORD} = 21\n");
        await File.WriteAllTextAsync($"{folder.Out}/secret", Secret, TestContext.Current.CancellationToken);
        var build = (await _daemon.CortenAsync("build", "-t", "secretive", "--secret", $"id=file,src={folder.Out}/secret", "--secret", $"id=word,src={folder.Out}/secret", folder.Path)).Ok();
        Assert.Equal("correct\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "secretive", "cat", "/short")).Ok().Output);
        Assert.DoesNotContain(Secret, build.Errors + build.Output);
        Assert.DoesNotContain(Secret, _daemon.Log);
        Assert.Equal("", (await Shell.RunAsync(["grep", "-rl", Secret, _daemon.DataRoot, _daemon.ExecRoot])).Text);
    }

    [Fact]
    public async Task A_layout_in_a_folder_has_an_index_and_is_a_base()
    {
        var folder = Folder();
        (await _daemon.CortenAsync("build", "-t", "some/where:7", "-o", $"type=oci,tar=false,dest={folder.Out}/layout", "--metadata-file", $"{folder.Out}/metadata.json", folder.Path)).Ok();
        using var index = JsonDocument.Parse(await File.ReadAllTextAsync($"{folder.Out}/layout/index.json", TestContext.Current.CancellationToken));
        Assert.Equal(folder.Metadata().GetProperty("containerimage.digest").GetString(), index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString());
        (await _daemon.CortenAsync("build", "-q", "--build-context", $"base=oci-layout://{folder.Out}/layout:7", Folder("FROM base\nRUN test \"$(cat /b)\" = one\n").Path)).Ok();
    }

    [Fact]
    public async Task A_cache_in_a_folder_is_written_and_read()
    {
        var folder = Folder("FROM busybox\nRUN cat /proc/sys/kernel/random/uuid >/once\n");
        var id = (await _daemon.CortenAsync("build", "-q", "--cache-to", $"type=local,mode=max,dest={folder.Out}/cache", folder.Path)).Ok().Text;
        (await _daemon.CortenAsync("builder", "prune", "-af")).Ok();
        Assert.Equal(id, (await _daemon.CortenAsync("build", "--progress", "quiet", "--cache-from", $"type=local,src={folder.Out}/cache", folder.Path)).Ok().Text);
    }

    /// <summary>Output is moved to its place once it is whole, which once took /dev/null's.</summary>
    [Fact]
    public async Task A_device_is_written_to_and_not_replaced()
    {
        var folder = Folder();
        var device = Path.Combine(folder.Path, "null");
        (await Shell.RunAsync(["mknod", device, "c", "1", "3"])).Ok();
        (await _daemon.CortenAsync("build", "-q", "-o", $"type=tar,dest={device}", folder.Path)).Ok();
        Assert.Equal("failed to save image: cannot write to a character device file\n", (await _daemon.CortenAsync("save", "-o", device, "busybox")).Exits(1).Errors);
        Assert.Equal("character special file\n", (await Shell.RunAsync(["stat", "-c", "%F", device])).Ok().Output);
    }

    [Theory]
    [InlineData("unable to prepare context: path \"/nowhere\" not found", "/nowhere")]
    [InlineData("type is required for output", "-o", "dest=x", ".")]
    [InlineData("tag is needed when pushing to registry", "--push", ".")]
    [InlineData("failed to stat /nowhere: stat /nowhere: no such file or directory", "--secret", "id=a,src=/nowhere", ".")]
    [InlineData("a cache of type s3 is not known here: use registry, local or inline", "--cache-to", "type=s3,bucket=b", ".")]
    public async Task Mistakes_are_told_before_anything_is_built(string words, params string[] arguments) =>
        Assert.Contains(words, (await _daemon.CortenAsync(["build", .. arguments])).Exits(1).Errors);
}
