namespace Corten.EndToEnd;

/// <summary>The daemon is killed at bad moments; containers, logs, ports and exit codes must not notice.</summary>
public sealed class SurvivalTests
{
    [Fact]
    public async Task Containers_run_on_with_their_logs_ports_and_exit_codes()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.DockerAsync("run", "-d", "--name", "counter", "busybox", "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done")).Ok();
        (await daemon.DockerAsync("run", "-d", "--name", "web", "-p", "18099:80", "busybox", "sh", "-c", "echo page >/var/www/index.html; exec httpd -f -h /var/www")).Ok();
        (await daemon.DockerAsync("run", "-d", "--name", "ends", "busybox", "sh", "-c", "sleep 1; exit 42")).Ok();
        (await daemon.DockerAsync("run", "-d", "--name", "again", "--restart", "always", "busybox", "sleep", "0.7")).Ok();
        // A run that is cut off between its two halves leaves the first of these; nobody is going to start it.
        (await daemon.DockerAsync("create", "--rm", "--name", "unstarted-rm", "busybox", "true")).Ok();
        (await daemon.DockerAsync("create", "--name", "unstarted", "busybox", "true")).Ok();
        var pid = (await daemon.DockerAsync("inspect", "-f", "{{.State.Pid}}", "counter")).Ok().Text;

        await daemon.KillAsync();
        Assert.Equal("page\n", (await daemon.ScriptAsync("curl -sS --max-time 5 http://127.0.0.1:18099/")).Ok().Output);
        await Task.Delay(1500);
        await daemon.LaunchAsync();

        Assert.Equal("unstarted", (await daemon.DockerAsync("ps", "-a", "--filter", "name=unstarted", "--format", "{{.Names}}")).Ok().Text);
        Assert.Equal(pid, (await daemon.DockerAsync("inspect", "-f", "{{.State.Pid}}", "counter")).Ok().Text);
        Assert.Equal("exited 42", (await daemon.DockerAsync("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "ends")).Ok().Text);
        Assert.Equal("page\n", (await daemon.ScriptAsync("curl -sS --max-time 5 http://127.0.0.1:18099/")).Ok().Output);
        Assert.Equal("in", (await daemon.DockerAsync("exec", "counter", "echo", "in")).Ok().Text);
        var attached = await daemon.ScriptAsync("timeout -s KILL 1 docker attach --sig-proxy=false --no-stdin counter; true");
        Assert.NotEmpty(attached.Ok().Output);
        (await daemon.DockerAsync("kill", "counter")).Ok();
        var lines = (await daemon.DockerAsync("logs", "counter")).Ok().Text.Split('\n').Select(int.Parse).ToList();
        Assert.Equal(Enumerable.Range(1, lines.Count), lines);
        Assert.True(lines.Count > 50, $"{lines.Count} lines");
        Assert.Equal("137", (await daemon.DockerAsync("wait", "counter")).Ok().Text);
        var restarts = 0;
        for (var i = 0; i < 100 && restarts == 0; i++)
        {
            await Task.Delay(50);
            restarts = int.Parse((await daemon.DockerAsync("inspect", "-f", "{{.RestartCount}}", "again")).Ok().Text);
        }

        Assert.NotEqual(0, restarts);
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_much_leaves_nothing_half_done()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var work = Parallel.ForAsync(0, 8, async (i, _) => await daemon.DockerAsync("run", "--rm", "--name", $"half{i}", "busybox", "sleep", "0.05"));
            await Task.Delay(30 + (round * 40));
            await daemon.KillAsync();
            await work;
            await daemon.LaunchAsync();
        }

        // What was asked for with --rm ends and goes; the names are free again.
        for (var i = 0; i < 100 && (await daemon.DockerAsync("ps", "-aq", "--filter", "status=running")).Ok().Text.Length > 0; i++)
        {
            await Task.Delay(50);
        }

        var left = (await daemon.DockerAsync("ps", "-a", "--format", "{{.State}}")).Ok().Text;
        Assert.DoesNotContain("running", left);
        Assert.DoesNotContain("removing", left);
        await daemon.ScriptAsync("docker ps -aq | xargs -r docker rm -f");
        Assert.Equal("fine", (await daemon.DockerAsync("run", "--rm", "--name", "half0", "busybox", "echo", "fine")).Ok().Text);
    }

    [Fact]
    public async Task A_start_that_a_killed_daemon_asked_for_is_waited_for_and_seen()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.DockerAsync("create", "--name", "late", "busybox", "sleep", "100")).Ok();
        // The launcher stands still with the request in its queue while the daemon dies and the next one comes.
        var launcher = (await daemon.ScriptAsync($"for p in $(cat /proc/{daemon.ProcessId}/task/*/children); do tr '\\0' ' ' </proc/$p/cmdline | grep -q ' launcher $' && echo $p; done; true")).Ok().Text;
        (await daemon.ScriptAsync($"kill -STOP {launcher}")).Ok();
        Task launched;
        try
        {
            var asked = daemon.DockerAsync("start", "late");
            (await daemon.ScriptAsync($$"""
                queue=$(readlink /proc/{{launcher}}/fd/3 | tr -dc 0-9)
                for i in $(seq 400); do nsenter --net=/run/netns/{{daemon.Name}} ss -xaH | awk -v inode=$queue '$6 == inode && $3 > 0 { found = 1 } END { exit !found }' && exit; sleep 0.05; done
                exit 1
                """)).Ok();
            await daemon.KillAsync();
            Assert.NotEqual(0, (await asked).Code);
            launched = daemon.LaunchAsync();
            await Task.WhenAny(launched, Task.Delay(TimeSpan.FromMilliseconds(500)));
            Assert.False(launched.IsCompleted, "the next daemon did not wait for the start");
        }
        finally
        {
            (await daemon.ScriptAsync($"kill -CONT {launcher}")).Ok();
        }

        await launched;
        Assert.Equal("running", (await daemon.DockerAsync("inspect", "-f", "{{.State.Status}}", "late")).Ok().Text);
        (await daemon.DockerAsync("rm", "-f", "late")).Ok();
    }

    [Fact]
    public async Task A_stopped_daemon_leaves_containers_running()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.DockerAsync("run", "-d", "--name", "on", "busybox", "sleep", "100")).Ok();
        Assert.Equal(0, await daemon.StopAsync());
        await daemon.LaunchAsync();
        Assert.Equal("running", (await daemon.DockerAsync("inspect", "-f", "{{.State.Status}}", "on")).Ok().Text);
    }
}
