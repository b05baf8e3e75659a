using System.Net.Sockets;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Volumes;
using Corten.Oci.Errors;
using static Corten.Volumes.Tests.VolumeFixture;

namespace Corten.Volumes.Tests.Plugins;

public sealed class PluginTests : IDisposable
{
    private readonly VolumeFixture _fixture = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-volumes-plugin-").FullName;
    private readonly TestPlugin _plugin;

    public PluginTests() => _plugin = new TestPlugin(Path.Combine(_fixture.Plugins, "cloud.sock"), _folder);

    private VolumeService Volumes => _fixture.Volumes;

    public void Dispose()
    {
        _plugin.Dispose();
        _fixture.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_plugins_volume_lives_as_a_local_one_does()
    {
        var made = await _fixture.CreateAsync("data", driver: "cloud");
        Assert.Equal(("cloud", "global", Path.Combine(_folder, "data")), (made.Driver, made.Scope, made.Mountpoint));
        Assert.Equal("good", made.Status!["health"].GetString());

        await Volumes.Containers.AcquireAsync(new CreateOptions { Name = "data" }, "c1", Cancellation);
        var mount = new VolumeMount { Volume = "data", ContainerId = "c1", Destination = "/d" };
        Assert.Equal(Path.Combine(_folder, "data"), await Volumes.Containers.MountAsync(mount, Cancellation));
        await Volumes.Containers.ReleaseAsync("c1", false, Cancellation);
        await Volumes.RemoveAsync("data", false, Cancellation);
        Assert.Contains("VolumeDriver.Mount data c1", _plugin.Calls);
        Assert.Contains("VolumeDriver.Unmount data c1", _plugin.Calls);
        Assert.Contains("VolumeDriver.Remove data", _plugin.Calls);
        Assert.Empty((await Volumes.ListAsync(FilterSet.Empty, Cancellation)).Volumes);
    }

    [Fact]
    public async Task Its_own_words_reach_the_user()
    {
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => _fixture.CreateAsync("data", driver: "cloud", options: new() { ["fail"] = "quota exceeded" }));
        Assert.Equal("create data: VolumeDriver.Create: quota exceeded", error.Message);
    }

    [Fact]
    public async Task A_call_waits_while_the_plugins_queue_is_full()
    {
        var path = Path.Combine(_fixture.Plugins, "busy.sock");
        using var busy = new TestPlugin(path, _folder, busy: true);
        List<Socket> callers = [];
        while (callers.Count < 100)
        {
            var caller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            callers.Add(caller);
            try
            {
                caller.Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                break;
            }
        }

        Assert.InRange(callers.Count, 2, 99);
        var made = _fixture.CreateAsync("data", driver: "busy");

        // Nothing shows that a connect waits; a call that does not wait fails well within this time, and one that comes late only proves less.
        await Task.WhenAny(made, Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation));
        busy.Start();
        Assert.Equal("busy", (await made).Driver);
        callers.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task A_plugin_that_ends_a_connection_as_the_next_call_comes_loses_no_call()
    {
        using var hasty = new TestPlugin(Path.Combine(_fixture.Plugins, "hasty.sock"), _folder) { EndsConnections = true };
        Assert.Equal("hasty", (await _fixture.CreateAsync("data", driver: "hasty")).Driver);
        Assert.Equal(["data"], (await Volumes.ListAsync(FilterSet.Empty, Cancellation)).Volumes.Select(v => v.Name));
    }

    [Fact]
    public async Task A_name_belongs_to_one_driver()
    {
        await _fixture.CreateAsync("data");
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => _fixture.CreateAsync("data", driver: "cloud"));
        Assert.Equal(
            (ErrorKind.Conflict, "create data: driver 'local' already has volume 'data': volume name must be unique"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task When_it_does_not_answer_its_volumes_are_a_warning_and_the_others_are_listed()
    {
        await _fixture.CreateAsync("remote", driver: "cloud");
        await _fixture.CreateAsync("local");
        _plugin.Dispose();
        File.Delete(Path.Combine(_fixture.Plugins, "cloud.sock"));
        await _fixture.RestartAsync();
        var list = await Volumes.ListAsync(FilterSet.Empty, Cancellation);
        Assert.Equal(["local"], list.Volumes.Select(v => v.Name));
        Assert.Contains("plugin \"cloud\" not found", list.Warnings!.Single(), StringComparison.Ordinal);
        await Volumes.RemoveAsync("remote", force: true, Cancellation);
    }
}
