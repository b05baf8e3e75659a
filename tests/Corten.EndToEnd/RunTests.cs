namespace Corten.EndToEnd;

/// <summary><c>docker run</c> by the stock client.</summary>
public sealed class RunTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private readonly CortenDaemon _daemon = shared.Daemon;

    [Fact]
    public async Task Output_errors_and_exit_code_arrive()
    {
        var run = await _daemon.DockerAsync("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7");
        run.Exits(7);
        Assert.Equal("out\n", run.Output);
        Assert.Equal("err\n", run.Errors);
    }

    [Fact]
    public async Task Piped_input_ends_by_itself() =>
        Assert.Equal("x\n", (await _daemon.DockerAsync(["run", "--rm", "-i", "busybox", "cat"], "x\n"u8.ToArray())).Ok().Output);

    [Fact]
    public async Task Large_input_and_output_are_whole()
    {
        var input = new byte[8 << 20];
        new Random(1).NextBytes(input);
        var run = await _daemon.DockerAsync(["run", "--rm", "-i", "busybox", "sha256sum"], input);
        Assert.StartsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input)), run.Ok().Output);
    }

    [Theory]
    [InlineData(127, "exec: \"nosuch\": executable file not found in $PATH", "nosuch")]
    [InlineData(126, "permission denied", "/etc/passwd")]
    [InlineData(126, "is a directory", "/etc")]
    public async Task A_command_that_cannot_run_is_named(int code, string words, string command)
    {
        var run = await _daemon.DockerAsync("run", "--rm", "busybox", command);
        Assert.Contains(words, run.Exits(code).Errors);
    }

    [Fact]
    public async Task Detached_container_logs_and_exits()
    {
        var id = (await _daemon.DockerAsync("run", "-d", "--name", "run-detached", "busybox", "sh", "-c", "echo one; echo two; exit 3")).Ok().Text;
        Assert.Equal("3", (await _daemon.DockerAsync("wait", id)).Ok().Text);
        Assert.Equal("one\ntwo\n", (await _daemon.DockerAsync("logs", "run-detached")).Ok().Output);
        (await _daemon.DockerAsync("rm", "run-detached")).Ok();
    }

    [Fact]
    public async Task A_taken_name_is_a_conflict()
    {
        (await _daemon.DockerAsync("create", "--name", "run-taken", "busybox")).Ok();
        var second = await _daemon.DockerAsync("create", "--name", "run-taken", "busybox");
        Assert.Contains("Conflict. The container name \"/run-taken\" is already in use by container", second.Exits(1).Errors);
        (await _daemon.DockerAsync("rm", "run-taken")).Ok();
    }
}
