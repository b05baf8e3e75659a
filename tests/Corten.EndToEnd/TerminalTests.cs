namespace Corten.EndToEnd;

/// <summary>What happens on a terminal. <c>script</c> (util-linux) gives the client one.</summary>
public sealed class TerminalTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Theory]
    [InlineData("docker")]
    [InlineData("corten")]
    public async Task Size_input_and_exit_code(string client)
    {
        var run = await TypedAsync($"stty rows 33 cols 99; {Client(client)} run --rm -it busybox sh", "stty size\necho a$((1+1))b\nexit 5\n");
        Assert.Contains("33 99", run.Output);
        Assert.Contains("a2b", run.Output);
        Assert.Equal(5, run.Code);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("corten")]
    public async Task Detach_keys_leave_the_container_running_and_the_terminal_as_it_was(string client)
    {
        var name = "detached-" + client;
        var run = await TypedAsync($"{Client(client)} run -it --name {name} busybox sh; stty -a | grep -o ' echo '", "echo up\n", "\u0010\u0011");
        Assert.Contains("up", run.Output);
        Assert.Contains(" echo ", run.Output);
        Assert.Equal("running", (await shared.Daemon.DockerAsync("inspect", "-f", "{{.State.Status}}", name)).Ok().Text);
        (await shared.Daemon.DockerAsync("rm", "-f", name)).Ok();
    }

    [Fact]
    public async Task Interrupt_reaches_the_program()
    {
        var run = await TypedAsync("docker run --rm -it busybox sh -c 'trap \"echo caught; exit 9\" INT; echo ready; while :; do sleep 0.1; done'", "", "\u0003");
        Assert.Contains("caught", run.Output);
        Assert.Equal(9, run.Code);
    }

    private static string Client(string name) => name == "docker" ? "docker" : Programs.Corten;

    /// <summary>Types <paramref name="keys"/> one after another, with a pause for the program to get ready.</summary>
    private Task<Outcome> TypedAsync(string command, params string[] keys)
    {
        var typing = string.Join("; ", keys.Select(key => $"sleep 1; printf '{key.Replace("\n", "\\n").Replace("\u0003", "\\003").Replace("\u0010", "\\020").Replace("\u0011", "\\021")}'"));
        return shared.Daemon.ScriptAsync($$"""
            cat >typed <<'END'
            {{command}}
            END
            { {{typing}}; sleep 1; } | script -qec 'sh typed' /dev/null
            """);
    }
}
