using Corten.EngineApi.Filters;
using Corten.EngineApi.Volumes;
using Corten.Oci.Errors;
using static Corten.Volumes.Tests.VolumeFixture;

namespace Corten.Volumes.Tests;

public sealed class VolumeServiceTests : IDisposable
{
    private readonly VolumeFixture _fixture = new();

    private VolumeService Volumes => _fixture.Volumes;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_volume_is_made_found_again_listed_and_removed()
    {
        var made = await _fixture.CreateAsync("data", new() { ["a"] = "b" });
        Assert.Equal(("data", "local", "local", _fixture.Data("data")), (made.Name, made.Driver, made.Scope, made.Mountpoint));
        Assert.True(Directory.Exists(made.Mountpoint));
        Assert.Equal(made.CreatedAt, (await _fixture.CreateAsync("data", new() { ["other"] = "c" })).CreatedAt);
        Assert.Equal("b", (await Volumes.InspectAsync("data", Cancellation)).Labels!["a"]);
        Assert.Single((await Volumes.ListAsync(FilterSet.Empty, Cancellation)).Volumes);

        await Volumes.RemoveAsync("data", force: false, Cancellation);
        Assert.Empty((await Volumes.ListAsync(FilterSet.Empty, Cancellation)).Volumes);
        Assert.Empty(Directory.GetFileSystemEntries(_fixture.Root));
    }

    [Fact]
    public async Task Without_a_name_it_is_anonymous()
    {
        var volume = await Volumes.CreateAsync(new CreateOptions(), Cancellation);
        Assert.Equal(64, volume.Name.Length);
        Assert.Equal("", volume.Labels![VolumeService.AnonymousLabel]);
    }

    [Theory]
    [InlineData("a", "create a: volume name is too short, names should be at least two alphanumeric characters")]
    [InlineData("d/x", "create d/x: \"d/x\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    [InlineData("..", "create ..: \"..\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    public async Task Bad_names_are_refused_in_dockers_words(string name, string words) => Assert.Equal(words, (await FailAsync(_fixture.CreateAsync(name))).Message);

    [Theory]
    [InlineData("foo", "x", "create vol: invalid option: \"foo\"")]
    [InlineData("type", "tmpfs", "create vol: missing required option: \"device\"")]
    [InlineData("device", "tmpfs", "create vol: missing required option: \"type\"")]
    [InlineData("size", "1m", "create vol: quota size requested but no quota support")]
    public async Task Bad_options_are_refused_and_leave_nothing(string option, string value, string words)
    {
        Assert.Equal(words, (await FailAsync(_fixture.CreateAsync("vol", options: new() { [option] = value }))).Message);
        Assert.Empty((await Volumes.ListAsync(FilterSet.Empty, Cancellation)).Volumes);
    }

    [Fact]
    public async Task Missing_volumes_and_drivers_are_named()
    {
        Assert.Equal("get nope: no such volume", (await FailAsync(Volumes.InspectAsync("nope", Cancellation))).Message);
        Assert.Equal("get nope: no such volume", (await FailAsync(Volumes.RemoveAsync("nope", false, Cancellation))).Message);
        await Volumes.RemoveAsync("nope", force: true, Cancellation);
        var error = await FailAsync(_fixture.CreateAsync("vol", driver: "nope"));
        Assert.Equal((ErrorKind.NotFound, "create vol: error looking up volume plugin nope: plugin \"nope\" not found"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_volume_that_a_container_refers_to_stays()
    {
        await Volumes.Containers.AcquireAsync(new CreateOptions { Name = "data" }, "c1", Cancellation);
        await Volumes.Containers.AcquireAsync(new CreateOptions { Name = "data" }, "c2", Cancellation);
        var error = await FailAsync(Volumes.RemoveAsync("data", force: true, Cancellation));
        Assert.Equal((ErrorKind.Conflict, "remove data: volume is in use - [c1, c2]"), (error.Kind, error.Message));
        Assert.Empty((await Volumes.PruneAsync(FilterSet.Empty.With("all", "1"), false, Cancellation)).VolumesDeleted!);

        await _fixture.RestartAsync();
        await FailAsync(Volumes.RemoveAsync("data", force: false, Cancellation));
        await Volumes.Containers.ReleaseAsync("c1", removeAnonymous: true, Cancellation);
        await Volumes.Containers.ReleaseAsync("c2", removeAnonymous: true, Cancellation);
        await Volumes.RemoveAsync("data", force: false, Cancellation);
    }

    [Fact]
    public async Task Anonymous_volumes_go_with_their_last_container_if_that_is_asked_for()
    {
        var shared = await Volumes.Containers.AcquireAsync(new CreateOptions(), "c1", Cancellation);
        await Volumes.Containers.AcquireAsync(new CreateOptions { Name = shared.Name }, "c2", Cancellation);
        var kept = await Volumes.Containers.AcquireAsync(new CreateOptions(), "c3", Cancellation);
        await Volumes.Containers.ReleaseAsync("c1", removeAnonymous: true, Cancellation);
        await Volumes.InspectAsync(shared.Name, Cancellation);
        await Volumes.Containers.ReleaseAsync("c2", removeAnonymous: true, Cancellation);
        await FailAsync(Volumes.InspectAsync(shared.Name, Cancellation));
        await Volumes.Containers.ReleaseAsync("c3", removeAnonymous: false, Cancellation);
        await Volumes.InspectAsync(kept.Name, Cancellation);
    }

    [Fact]
    public async Task Prune_takes_anonymous_ones_unless_all_are_asked_for()
    {
        await _fixture.CreateAsync("named");
        await _fixture.CreateAsync("kept", new() { ["keep"] = "yes" });
        var anonymous = await Volumes.CreateAsync(new CreateOptions(), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(anonymous.Mountpoint, "f"), "12345", Cancellation);
        var report = await Volumes.PruneAsync(FilterSet.Empty, allByDefault: false, Cancellation);
        Assert.Equal([anonymous.Name], report.VolumesDeleted!);
        Assert.InRange(report.SpaceReclaimed, 5, 10_000);
        Assert.Equal(["named"], (await Volumes.PruneAsync(FilterSet.Empty.With("label!", "keep=yes"), allByDefault: true, Cancellation)).VolumesDeleted!);
        Assert.Equal(
            "invalid filter 'all': strconv.ParseBool: parsing \"zz\": invalid syntax",
            (await Assert.ThrowsAsync<InvalidFilterException>(() => Volumes.PruneAsync(FilterSet.Empty.With("all", "zz"), false, Cancellation))).Message);
    }

    [Theory]
    [InlineData("name", "ta", "data")]
    [InlineData("label", "a=b", "data")]
    [InlineData("label", "a", "data,other")]
    [InlineData("driver", "local", "data,other,used")]
    [InlineData("dangling", "false", "used")]
    [InlineData("dangling", "1", "data,other")]
    public async Task Lists_are_filtered(string key, string value, string expected)
    {
        await _fixture.CreateAsync("data", new() { ["a"] = "b" });
        await _fixture.CreateAsync("other", new() { ["a"] = "c" });
        await Volumes.Containers.AcquireAsync(new CreateOptions { Name = "used" }, "c1", Cancellation);
        var list = await Volumes.ListAsync(FilterSet.Empty.With(key, value), Cancellation);
        Assert.Equal(expected, string.Join(',', list.Volumes.Select(v => v.Name)));
    }

    [Fact]
    public async Task What_a_killed_daemon_left_is_swept_or_found_again()
    {
        await _fixture.CreateAsync("removed");
        await _fixture.CreateAsync("kept");
        Directory.Move(Path.Combine(_fixture.Root, "removed"), Path.Combine(_fixture.Root, ".removed-12345678-removed"));
        Directory.CreateDirectory(Path.Combine(_fixture.Root, ".staged-12345678", "_data"));
        Directory.CreateDirectory(_fixture.Data("lost"));
        await _fixture.RestartAsync();
        Assert.Equal(["kept", "lost"], (await Volumes.ListAsync(FilterSet.Empty, Cancellation)).Volumes.Select(v => v.Name));
        Assert.Equal(["kept", "lost"], Directory.GetDirectories(_fixture.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Events_tell_of_creation_use_and_end()
    {
        using var events = _fixture.Events.Subscribe();
        await Volumes.Containers.AcquireAsync(new CreateOptions { Name = "data" }, "c1", Cancellation);
        await Volumes.Containers.MountAsync(new VolumeMount { Volume = "data", ContainerId = "c1", Destination = "/d", ReadOnly = true }, Cancellation);
        await Volumes.Containers.ReleaseAsync("c1", false, Cancellation);
        await Volumes.RemoveAsync("data", false, Cancellation);
        var seen = new List<string>();
        while (events.Events.TryRead(out var message))
        {
            seen.Add($"{message.Action} {string.Join(',', message.Actor.Attributes.Select(a => $"{a.Key}={a.Value}"))}");
        }

        Assert.Equal(
            ["create driver=local", "mount container=c1,destination=/d,driver=local,propagation=,read/write=false", "unmount container=c1,driver=local", "destroy driver=local"],
            seen);
    }

    private static Task<CortenException> FailAsync(Task task) => Assert.ThrowsAnyAsync<CortenException>(() => task);
}
