using Docker.DotNet;
using Docker.DotNet.Models;

namespace Corten.EndToEnd.Clients;

/// <summary>Docker.DotNet: create, run, logs, exec, copy, events, remove.</summary>
public sealed class DockerDotNetTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task A_containers_whole_life()
    {
        using var client = new DockerClientConfiguration(new Uri("unix://" + shared.Daemon.Socket)).CreateClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var since = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var created = await client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = "dotnet-client",
            Image = "busybox",
            Cmd = ["sh", "-c", "echo started; echo problem >&2; sleep 100"],
            Labels = new Dictionary<string, string> { ["client"] = "dotnet" },
        }, limit.Token);
        Assert.True(await client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), limit.Token));

        var listed = Assert.Single(await client.Containers.ListContainersAsync(new ContainersListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["client=dotnet"] = true } },
        }, limit.Token));
        Assert.Equal("/dotnet-client", listed.Names[0]);

        var exec = await client.Exec.ExecCreateContainerAsync(created.ID, new ContainerExecCreateParameters
        {
            Cmd = ["sh", "-c", "cat; echo done >&2; exit 3"], AttachStdin = true, AttachStdout = true, AttachStderr = true,
        }, limit.Token);
        using (var stream = await client.Exec.StartAndAttachContainerExecAsync(exec.ID, tty: false, limit.Token))
        {
            await stream.WriteAsync("to exec"u8.ToArray(), 0, 7, limit.Token);
            stream.CloseWrite();
            var (output, errors) = await stream.ReadOutputToEndAsync(limit.Token);
            Assert.Equal("to exec", output);
            Assert.Equal("done\n", errors);
        }

        Assert.Equal(3, (await client.Exec.InspectContainerExecAsync(exec.ID, limit.Token)).ExitCode);

        using (var archive = new MemoryStream())
        {
            await using (var tar = new System.Formats.Tar.TarWriter(archive, leaveOpen: true))
            {
                await tar.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "copied")
                {
                    DataStream = new MemoryStream("copied in"u8.ToArray()),
                }, limit.Token);
            }

            archive.Position = 0;
            await client.Containers.ExtractArchiveToContainerAsync(created.ID, new ContainerPathStatParameters { Path = "/tmp" }, archive, limit.Token);
        }

        var copied = await client.Containers.GetArchiveFromContainerAsync(created.ID, new GetArchiveFromContainerParameters { Path = "/tmp/copied" }, false, limit.Token);
        Assert.Equal(9, copied.Stat.Size);
        await using (var reader = new System.Formats.Tar.TarReader(copied.Stream))
        {
            using var text = new StreamReader((await reader.GetNextEntryAsync(cancellationToken: limit.Token))!.DataStream!);
            Assert.Equal("copied in", await text.ReadToEndAsync(limit.Token));
            Assert.Null(await reader.GetNextEntryAsync(cancellationToken: limit.Token));
        }

        // A longer answer comes in chunks.
        copied = await client.Containers.GetArchiveFromContainerAsync(created.ID, new GetArchiveFromContainerParameters { Path = "/bin/busybox" }, false, limit.Token);
        using (var whole = new MemoryStream())
        {
            await copied.Stream.CopyToAsync(whole, limit.Token);
            Assert.Equal(0, whole.Length % 512);
            Assert.True(whole.Length > copied.Stat.Size);
        }

        await client.Containers.KillContainerAsync(created.ID, new ContainerKillParameters { Signal = "KILL" }, limit.Token);
        Assert.Equal(137, (await client.Containers.WaitContainerAsync(created.ID, limit.Token)).StatusCode);
        using (var logs = await client.Containers.GetContainerLogsAsync(created.ID, false, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true }, limit.Token))
        {
            var (output, errors) = await logs.ReadOutputToEndAsync(limit.Token);
            Assert.Equal("started\n", output);
            Assert.Equal("problem\n", errors);
        }

        await client.Containers.RemoveContainerAsync(created.ID, new ContainerRemoveParameters(), limit.Token);
        var seen = new List<string>();
        await client.System.MonitorEventsAsync(new ContainerEventsParameters
        {
            Since = since.ToString(),
            Until = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1).ToString(),
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["container"] = new Dictionary<string, bool> { [created.ID] = true } },
        }, new Progress(message => seen.Add(message.Action)), limit.Token);
        Assert.Equal(["create", "start", "die", "destroy"], seen.Where(action => action is "create" or "start" or "die" or "destroy"));
        await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => client.Containers.InspectContainerAsync(created.ID, limit.Token));
    }

    /// <summary>Reports on the calling thread, unlike <see cref="Progress{T}"/>: the order is the test.</summary>
    private sealed class Progress(Action<Message> report) : IProgress<Message>
    {
        public void Report(Message value) => report(value);
    }
}
