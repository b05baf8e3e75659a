using System.Text;
using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Oci.Runtime;
using Corten.Supervision;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Tests.Launching;

/// <summary>A monitor's duties while its container runs.</summary>
public sealed class MonitorTests
{
    [Fact]
    public void Stdin_reaches_the_program_and_its_end_ends_it()
    {
        using var bundle = new TestBundle();
        bundle.Write("cat");
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, request => request with { OpenStdin = true, StdinOnce = true });
        container.Next<Started>();
        byte[] sent = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n")));
        var writer = new Thread(() =>
        {
            Descriptor.WriteAll(container.Stream.Number(), sent);
            StreamCalls.EndWriting(container.Stream);
        });
        writer.Start();
        Assert.Equal(Encoding.ASCII.GetString(sent), RunningContainer.Payload(container.ReadStream(), 1));
        writer.Join();
        Assert.Equal(0, container.Next<Exited>().Code);
    }

    [Fact]
    public void A_terminal_is_raw_to_the_client_and_can_be_resized()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "sh", "-c", "stty size; read line; stty size; echo got $line; ls -l /dev/console | cut -c1");
        spec.Process!.Terminal = true;
        spec.Process.ConsoleSize = new ConsoleSize { Height = 33, Width = 111 };
        bundle.Write(spec);
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, request => request with { OpenStdin = true });
        container.Next<Started>();
        byte[] first = new byte[64];
        Assert.Equal("33 111\r\n", Encoding.ASCII.GetString(first, 0, Descriptor.Read(container.Stream.Number(), first)));
        container.Control.Send<MonitorMessage>(new Resize { Height = 40, Width = 90 }, SupervisionJson.Default.MonitorMessage);
        Descriptor.WriteAll(container.Stream.Number(), "hey\n"u8);
        Assert.Equal("hey\r\n40 90\r\ngot hey\r\nc\r\n", Encoding.ASCII.GetString(container.ReadStream()));
        Assert.Equal(0, container.Next<Exited>().Code);
        Assert.Contains("got hey\\r\\n", File.ReadAllText(Path.Combine(bundle.Folder, "json.log")));
    }

    [Fact]
    public void A_monitor_outlives_daemon_and_launcher_and_serves_the_next_one()
    {
        using var bundle = new TestBundle();
        bundle.Write("sh", "-c", "echo one; read x; echo two; exit 9");
        Started started;
        using (var launcher = new TestLauncher())
        {
            using RunningContainer container = launcher.Start(bundle, request => request with { OpenStdin = true }, attach: false);
            started = container.Next<Started>();
        }
        using SeqpacketSocket later = SeqpacketSocket.Connect(Path.Combine(bundle.Folder, "exec", "monitor.sock"));
        Assert.Equal(started.Pid, Assert.IsType<Started>(later.Receive(SupervisionJson.Default.MonitorMessage).Message).Pid);
        (SafeFileHandle mine, SafeFileHandle theirs) = StreamPairs.Create();
        later.Send<MonitorMessage>(new Attach { Streams = new AttachStreams(true, true, true) }, SupervisionJson.Default.MonitorMessage, [theirs]);
        theirs.Dispose();
        Descriptor.WriteAll(mine.Number(), "go\n"u8);
        // The first line comes along when the attachment was quicker than the program.
        Assert.EndsWith("two\n", RunningContainer.Payload(Descriptor.ReadAll(mine.Number(), 1 << 20), 1));
        Assert.Equal(9, Assert.IsType<Exited>(later.Receive(SupervisionJson.Default.MonitorMessage).Message).Code);
        Assert.True(SpinWait.SpinUntil(() => !File.Exists(Path.Combine(bundle.Folder, "exec", "monitor.sock")), 10_000));
        Assert.Contains("\"Code\":9", File.ReadAllText(Path.Combine(bundle.Folder, "exec", "exit")));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(bundle.Folder, "json.log")).Length);
    }

    [Fact]
    public void A_log_is_rotated_and_long_lines_are_cut()
    {
        using var bundle = new TestBundle();
        bundle.Write("sh", "-c", "yes 0123456789 | head -5000; head -c 40000 /dev/zero | tr '\\0' x; echo");
        using var launcher = new TestLauncher();
        string log = Path.Combine(bundle.Folder, "json.log");
        using RunningContainer container = launcher.Start(bundle, request => request with { Log = request.Log with { MaxSize = 100_000, MaxFiles = 3 } });
        container.Next<Started>();
        container.ReadStream();
        List<string> rotated = [];
        MonitorMessage? message;
        while ((message = container.Control.Receive(SupervisionJson.Default.MonitorMessage).Message) is LogRotated rotation) rotated.Add(rotation.Path);
        Assert.IsType<Exited>(message);
        Assert.NotEmpty(rotated);
        Assert.Equal(["json.log", "json.log.1", "json.log.2"], Directory.GetFiles(bundle.Folder, "json.log*").Select(Path.GetFileName).Order());
        // A file that is full is left before the next record, which is at most 16 KiB of text and its dressing: so Docker counts too.
        foreach (string file in Directory.GetFiles(bundle.Folder, "json.log*")) Assert.InRange(new FileInfo(file).Length, 1, 100_000 + (17 << 10));
        string[] lines = File.ReadAllLines(log);
        Assert.Equal(3, File.ReadLines(log + ".1").Concat(lines).Count(line => line.Contains("xxxx", StringComparison.Ordinal)));
        Assert.EndsWith("xxx\\n\",\"stream\":\"stdout\"", lines[^1][..lines[^1].IndexOf(",\"time\"", StringComparison.Ordinal)]);
    }

    [Fact]
    public void An_out_of_memory_kill_is_told_and_recorded()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "sh", "-c", "exec tail /dev/zero");
        File.CreateSymbolicLink(Path.Combine(bundle.Root, "bin", "tail"), "busybox");
        spec.Linux!.Resources = new ResourcesSpec { Memory = new MemoryResources { Limit = 16 << 20, Swap = 16 << 20 } };
        bundle.Write(spec);
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, attach: false);
        container.Next<Started>();
        container.Next<OutOfMemory>();
        Exited exited = container.Next<Exited>();
        Assert.Equal((137, true), (exited.Code, exited.OomKilled));
    }

    /// <summary>Any program with the specification's command line will do: ours is one that every machine with these tests has.</summary>
    [Fact]
    public void Another_runtime_works_beneath_a_monitor()
    {
        using var bundle = new TestBundle();
        bundle.Write("sh", "-c", "echo from below; exit 6");
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, request => request with { ExternalRuntime = [Programs.Runtime] });
        container.Next<Started>();
        Assert.Equal("from below\n", RunningContainer.Payload(container.ReadStream(), 1));
        Assert.Equal(6, container.Next<Exited>().Code);
        Assert.Empty(Directory.GetDirectories(bundle.StateRoot));
    }

    [Fact]
    public void Another_runtimes_error_is_passed_on()
    {
        using var bundle = new TestBundle();
        bundle.Write("nonesuch");
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle, request => request with { ExternalRuntime = [Programs.Runtime] }, attach: false);
        Assert.EndsWith("exec: \"nonesuch\": executable file not found in $PATH", container.Next<StartFailed>().Error.Message);
        Assert.Empty(Directory.GetDirectories(bundle.StateRoot));
    }
}
