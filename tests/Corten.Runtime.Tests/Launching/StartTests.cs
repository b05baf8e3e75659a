using Corten.Oci.Runtime;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Tests.Launching;

public sealed class StartTests
{
    [Fact]
    public void A_container_runs_and_everything_it_says_arrives_and_is_logged()
    {
        using var bundle = new TestBundle();
        bundle.Write("sh", "-c", "echo out; echo err >&2; hostname; exit 7");
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle);
        Started started = container.Next<Started>();
        Assert.True(started.Pid > 0 && started.StartTime > 0);
        byte[] framed = container.ReadStream();
        Exited exited = container.Next<Exited>();
        Assert.Equal(7, exited.Code);
        Assert.Equal("out\nbox\n", RunningContainer.Payload(framed, 1));
        Assert.Equal("err\n", RunningContainer.Payload(framed, 2));
        string log = File.ReadAllText(Path.Combine(bundle.Folder, "json.log"));
        Assert.Contains("{\"log\":\"out\\n\",\"stream\":\"stdout\",\"time\":\"", log);
        Assert.Contains("{\"log\":\"err\\n\",\"stream\":\"stderr\",\"time\":\"", log);
        Assert.Contains("\"Code\":7", File.ReadAllText(Path.Combine(bundle.Folder, "exec", "exit")));
        Assert.False(Directory.Exists("/sys/fs/cgroup/memory/corten-test/" + bundle.Id));
        Assert.Empty(Directory.GetDirectories(bundle.StateRoot));
    }

    [Fact]
    public void A_missing_program_fails_in_dockers_words_and_leaves_nothing()
    {
        using var bundle = new TestBundle();
        bundle.Write("nonesuch");
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle);
        StartFailed failed = container.Next<StartFailed>();
        Assert.Equal("exec: \"nonesuch\": executable file not found in $PATH", failed.Error.Message);
        Assert.Empty(container.ReadStream());
        Assert.False(Directory.Exists("/sys/fs/cgroup/memory/corten-test/" + bundle.Id));
    }

    [Fact]
    public void Overlay_layers_are_mounted_inside_only()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "sh", "-c", "echo new > /made; cat /from-layer");
        string merged = Directory.CreateDirectory(Path.Combine(bundle.Folder, "merged")).FullName;
        string upper = Directory.CreateDirectory(Path.Combine(bundle.Folder, "upper")).FullName;
        string work = Directory.CreateDirectory(Path.Combine(bundle.Folder, "work")).FullName;
        string layer = Directory.CreateDirectory(Path.Combine(bundle.Folder, "layer")).FullName;
        File.WriteAllText(Path.Combine(layer, "from-layer"), "here\n");
        bundle.Write(spec with { Root = new RootSpec { Path = merged } });
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, request => request with
        {
            Rootfs = new OverlayRootfs { Lower = [layer, bundle.Root], Upper = upper, Work = work },
        });
        container.Next<Started>();
        Assert.Equal("here\n", RunningContainer.Payload(container.ReadStream(), 1));
        Assert.Equal(0, container.Next<Exited>().Code);
        Assert.Equal("new\n", File.ReadAllText(Path.Combine(upper, "made")));
        Assert.Empty(Directory.GetFileSystemEntries(merged));
    }

    [Fact]
    public void A_process_is_executed_in_a_running_container()
    {
        using var bundle = new TestBundle();
        bundle.Write("sleep", "1000");
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, attach: false);
        Started started = container.Next<Started>();
        ExecProcess Request(params string[] arguments) => new()
        {
            ContainerPid = started.Pid,
            ContainerStartTime = started.StartTime,
            Bundle = bundle.Folder,
            Process = TestBundle.DefaultSpec(bundle.Id, arguments).Process!,
        };
        Assert.Equal((3, "box\nhi", null), launcher.Exec(Request("sh", "-c", "hostname; cat; exit 3"), "hi"));
        var (code, output, error) = launcher.Exec(Request("nonesuch"));
        Assert.Equal(-1, code);
        Assert.Equal("exec: \"nonesuch\": executable file not found in $PATH", error!.Message);
        ExecProcess terminal = Request("tty");
        terminal.Process.Terminal = true;
        Assert.Equal((0, "/dev/pts/0\r\n", null), launcher.Exec(terminal));
        using var init = Corten.Linux.Processes.Pidfd.Open(started.Pid);
        Corten.Linux.Processes.Pidfd.Signal(init!, 9);
        Assert.Equal(137, container.Next<Exited>().Code);
    }
}
