using Corten.EngineApi.Volumes;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using static Corten.Volumes.Tests.VolumeFixture;

namespace Corten.Volumes.Tests;

/// <summary>Mounts and first contents. They need root, as the daemon does.</summary>
public sealed class ContainerVolumesTests : IDisposable
{
    private readonly VolumeFixture _fixture = new();
    private readonly string _image = Directory.CreateTempSubdirectory("corten-volumes-image-").FullName;

    private ContainerVolumes Volumes => _fixture.Volumes.Containers;

    public void Dispose()
    {
        _fixture.Dispose();
        Storage.Archive.TreeRemover.Remove(_image);
    }

    [Fact]
    public async Task A_volume_with_options_is_mounted_while_somebody_uses_it()
    {
        await _fixture.CreateAsync("fast", options: new() { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m,mode=700,noexec" });
        var path = await MountAsync("fast", "c1");
        await MountAsync("fast", "c2");
        Assert.Contains($" {path} ", await MountsAsync(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(path, "f"), "x", Cancellation);

        await Volumes.UnmountAsync("c1", Cancellation);
        Assert.True(File.Exists(Path.Combine(path, "f")));
        await _fixture.RestartAsync("c2");
        Assert.True(File.Exists(Path.Combine(path, "f")));
        await _fixture.RestartAsync();
        Assert.DoesNotContain($" {path} ", await MountsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bind_that_has_no_source_fails_in_dockers_words()
    {
        await _fixture.CreateAsync("bind", options: new() { ["type"] = "none", ["device"] = "/nosuch/dir", ["o"] = "bind" });
        var path = _fixture.Data("bind");
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => MountAsync("bind", "c1"));
        Assert.Equal(
            $"error while mounting volume '{path}': failed to mount local volume: mount /nosuch/dir:{path}, flags: 0x1000: no such file or directory",
            error.Message);
    }

    [Fact]
    public async Task A_part_of_a_volume_is_found_inside_it_and_nowhere_else()
    {
        await _fixture.CreateAsync("data");
        var data = _fixture.Data("data");
        Directory.CreateDirectory(Path.Combine(data, "sub"));
        await File.WriteAllTextAsync(Path.Combine(data, "sub", "f"), "inside", Cancellation);
        File.CreateSymbolicLink(Path.Combine(data, "out"), "/etc");

        var part = await MountAsync("data", "c1", "sub");
        Assert.Equal("inside", await File.ReadAllTextAsync(Path.Combine(part, "f"), Cancellation));
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => MountAsync("data", "c1", "out"));
        Assert.Equal($"path concatenation escapes the base directory, base: {data}, subpath: out", error.Message);
        error = await Assert.ThrowsAnyAsync<CortenException>(() => MountAsync("data", "c1", "nosuch"));
        Assert.Equal($"cannot access path {data}/nosuch: lstat {data}/nosuch: no such file or directory", error.Message);
        await Assert.ThrowsAnyAsync<CortenException>(() => MountAsync("data", "c1", "../../../etc"));

        await Volumes.UnmountAsync("c1", Cancellation);
        Assert.False(Directory.Exists(part));
        Assert.True(File.Exists(Path.Combine(data, "sub", "f")));
    }

    [Fact]
    public async Task A_new_volume_begins_with_what_the_image_has_there()
    {
        var source = Path.Combine(_image, "var", "lib", "db");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "f"), "content", Cancellation);
        File.CreateSymbolicLink(Path.Combine(source, "link"), "f");
        using (var folder = FileAt.Open(source, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            FileAt.MakeHardLink(folder, "f"u8, folder, "hard"u8);
            FileAt.MakeNode(folder, "null"u8, FileType.CharacterDevice | 0x1B6, 1, 3);
            FileAt.ChangeOwner(folder, "f"u8, 70, 71);
            FileAt.ChangeMode(folder, "f"u8, 0x9C0); // 4700
            FileAt.SetTimes(folder, "f"u8, new FileTime(1, 2), new FileTime(3, 4));
            using var file = FileAt.Open(folder, "f"u8, OpenFlags.ReadOnly);
            ExtendedAttributes.Set(file, "trusted.a"u8, [1, 0, 10, 2]);
            FileAt.ChangeOwner(folder, [], 70, 70);
            OpenFile.ChangeMode(folder, 0x1C0); // 0700
        }

        await Volumes.AcquireAsync(new CreateOptions { Name = "data" }, "c1", Cancellation);
        using var root = PathDescriptor.OpenDirectory(_image);
        await Volumes.FillAsync("data", "c1", root, "/var/lib/db", Cancellation);

        using var made = FileAt.Open(_fixture.Data("data"), OpenFlags.ReadOnly | OpenFlags.Directory);
        var top = FileAt.Status(made);
        Assert.Equal((70u, 70u, 0x1C0u), (top.Uid, top.Gid, top.Permissions));
        var status = FileAt.Status(made, "f"u8);
        Assert.Equal((70u, 71u, 0x9C0u, 2u), (status.Uid, status.Gid, status.Permissions, status.Links));
        Assert.Equal(new FileTime(3, 4), status.Modified);
        Assert.Equal(status.Inode, FileAt.Status(made, "hard"u8).Inode);
        Assert.True(FileAt.Status(made, "null"u8) is { IsDevice: true, RdevMajor: 1, RdevMinor: 3 });
        Assert.Equal("f"u8.ToArray(), FileAt.ReadLink(made, "link"u8));
        using var copy = FileAt.Open(made, "f"u8, OpenFlags.ReadOnly);
        Assert.Equal([1, 0, 10, 2], ExtendedAttributes.Get(copy, "trusted.a"u8)!);

        await File.WriteAllTextAsync(Path.Combine(source, "later"), "", Cancellation);
        await Volumes.FillAsync("data", "c1", root, "/var/lib/db", Cancellation);
        Assert.False(File.Exists(Path.Combine(_fixture.Data("data"), "later")));
    }

    private Task<string> MountAsync(string volume, string container, string? subpath = null) => Volumes.MountAsync(
        new VolumeMount { Volume = volume, ContainerId = container, Destination = "/d", Subpath = subpath }, Cancellation);

    private static Task<string> MountsAsync() => File.ReadAllTextAsync("/proc/self/mounts", Cancellation);
}
