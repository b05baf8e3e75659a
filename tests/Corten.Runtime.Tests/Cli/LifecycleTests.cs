using System.Text.Json;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Tests.Cli;

public sealed class LifecycleTests
{
    [Fact]
    public void Create_start_kill_delete_each_in_its_state_only()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "sleep", "1000") with { Annotations = new Dictionary<string, string> { ["k"] = "v" } };
        // As few files as the reference runtime gets by with.
        spec.Process!.Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 17, Hard = 17 }];
        bundle.Write(spec);
        string pidFile = Path.Combine(bundle.Folder, "pid");
        Assert.Equal(0, RuntimeProcess.Detached(bundle, "create", "--bundle", bundle.Folder, "--pid-file", pidFile, bundle.Id));
        try
        {
            ContainerState state = State(bundle);
            Assert.Equal(("created", int.Parse(File.ReadAllText(pidFile)), "v"), (state.Status, state.Pid, state.Annotations!["k"]));
            Assert.Contains("already exists", RuntimeProcess.Run(bundle, "create", bundle.Id).Error);
            Assert.Equal(0, RuntimeProcess.Run(bundle, "start", bundle.Id).Code);
            Assert.Equal("running", State(bundle).Status);
            Assert.Contains("already running", RuntimeProcess.Run(bundle, "start", bundle.Id).Error);
            Assert.Contains("not stopped", RuntimeProcess.Run(bundle, "delete", bundle.Id).Error);
            Assert.Equal(0, RuntimeProcess.Run(bundle, "pause", bundle.Id).Code);
            Assert.Equal("paused", State(bundle).Status);
            Assert.Contains("paused container", RuntimeProcess.Run(bundle, "exec", bundle.Id, "true").Error);
            Assert.Equal(0, RuntimeProcess.Run(bundle, "resume", bundle.Id).Code);
            Assert.Equal(new CommandResult(5, "box\n", ""), RuntimeProcess.Run(bundle, "exec", bundle.Id, "sh", "-c", "hostname; exit 5"));
            Assert.Contains(state.Pid.ToString(), RuntimeProcess.Run(bundle, "ps", "--format", "json", bundle.Id).Output);
            Assert.Contains(bundle.Id, RuntimeProcess.Run(bundle, "list", "-q").Output);
            Assert.Contains("\"type\":\"stats\"", RuntimeProcess.Run(bundle, "events", "--stats", bundle.Id).Output);
            Assert.Equal(0, RuntimeProcess.Run(bundle, "update", "--pids-limit", "77", bundle.Id).Code);
            Assert.Equal("77\n", File.ReadAllText($"/sys/fs/cgroup/pids/corten-test/{bundle.Id}/pids.max"));
            Assert.Equal(0, RuntimeProcess.Run(bundle, "kill", bundle.Id, "KILL").Code);
            Assert.True(SpinWait.SpinUntil(() => State(bundle).Status == "stopped", 10_000));
            Assert.Contains("not running", RuntimeProcess.Run(bundle, "kill", bundle.Id, "KILL").Error);
            Assert.Equal(0, RuntimeProcess.Run(bundle, "delete", bundle.Id).Code);
            Assert.Contains("does not exist", RuntimeProcess.Run(bundle, "delete", bundle.Id).Error);
            Assert.Equal(0, RuntimeProcess.Run(bundle, "delete", "--force", bundle.Id).Code);
            Assert.False(Directory.Exists("/sys/fs/cgroup/pids/corten-test/" + bundle.Id));
        }
        finally
        {
            RuntimeProcess.Run(bundle, "delete", "--force", bundle.Id);
        }
    }

    [Fact]
    public void Hooks_run_in_their_order_and_read_the_state()
    {
        using var bundle = new TestBundle();
        string log = Path.Combine(bundle.Folder, "hooks");
        string inside = Path.Combine(bundle.Root, "inside");
        HookSpec Hook(string name, string file) => new() { Path = "/bin/sh", Args = ["sh", "-c", $"s=$(cat); echo {name} $s >> {file}"], Env = ["PATH=/bin:/usr/bin"] };
        RuntimeProcess.Succeed(bundle, TestBundle.DefaultSpec(bundle.Id, "true") with
        {
            Hooks = new HookSet
            {
                Prestart = [Hook("prestart", log)], CreateRuntime = [Hook("createRuntime", log)], CreateContainer = [Hook("createContainer", log)],
                StartContainer = [Hook("startContainer", "/inside")], Poststart = [Hook("poststart", log)], Poststop = [Hook("poststop", log)],
            },
        });
        string[] lines = File.ReadAllLines(log);
        Assert.Equal(["prestart", "createRuntime", "createContainer", "poststart", "poststop"], lines.Select(line => line.Split(' ')[0]));
        Assert.StartsWith("startContainer", File.ReadAllText(inside));
        Assert.Contains($"\"id\":\"{bundle.Id}\",\"status\":\"creating\"", lines[0]);
        Assert.Contains("\"status\":\"stopped\"", lines[4]);
    }

    [Fact]
    public void A_hook_that_fails_or_lasts_too_long_stops_the_creation()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "true");
        RuntimeProcess.Fail(bundle, spec with { Hooks = new HookSet { CreateRuntime = [new HookSpec { Path = "/bin/sh", Args = ["sh", "-c", "echo why; exit 3"] }] } }, "exit status 3, stdout: why");
        RuntimeProcess.Fail(bundle, spec with { Hooks = new HookSet { CreateRuntime = [new HookSpec { Path = "/bin/sleep", Args = ["sleep", "60"], Timeout = 1 }] } }, "timeout of 1s");
        RuntimeProcess.Fail(bundle, spec with { Hooks = new HookSet { Poststart = [new HookSpec { Path = "/nonesuch" }] } }, "no such file");
    }

    [Fact]
    public void Spec_and_features_are_json()
    {
        using var bundle = new TestBundle();
        Assert.Equal(0, RuntimeProcess.Run(bundle, "spec", "--bundle", bundle.Folder).Code);
        Assert.Contains("\"ociVersion\": \"1.3.0\"", File.ReadAllText(Path.Combine(bundle.Folder, "config.json")));
        using JsonDocument features = JsonDocument.Parse(RuntimeProcess.Run(bundle, "features").Output);
        Assert.Equal("1.3.0", features.RootElement.GetProperty("ociVersionMax").GetString());
        Assert.True(features.RootElement.GetProperty("linux").GetProperty("seccomp").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public void A_failure_is_in_the_log_as_engines_read_it()
    {
        using var bundle = new TestBundle();
        bundle.Write("nonesuch");
        string log = Path.Combine(bundle.Folder, "log");
        Assert.Equal(1, RuntimeProcess.Run(bundle, "--log", log, "--log-format", "json", "run", bundle.Id).Code);
        using JsonDocument line = JsonDocument.Parse(File.ReadAllLines(log)[^1]);
        Assert.Equal("error", line.RootElement.GetProperty("level").GetString());
        Assert.EndsWith("exec: \"nonesuch\": executable file not found in $PATH", line.RootElement.GetProperty("msg").GetString());
    }

    private static ContainerState State(TestBundle bundle)
        => JsonSerializer.Deserialize(RuntimeProcess.Run(bundle, "state", bundle.Id).Output, RuntimeJson.Plain.ContainerState)!;
}
