using Corten.EngineApi.Filters;
using Corten.Oci.Errors;
using Corten.Volumes.Content;
using static Corten.Volumes.Tests.VolumeFixture;

namespace Corten.Volumes.Tests.Content;

public sealed class VolumeContentTests : IDisposable
{
    private readonly VolumeFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task What_is_exported_is_imported()
    {
        await MakeAsync("from");
        using var archive = new MemoryStream();
        await _fixture.Volumes.Content.ExportAsync("from", archive, Cancellation);
        archive.Position = 0;
        await _fixture.Volumes.Content.ImportAsync("into", archive, Cancellation);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(_fixture.Data("into"), "sub", "f"), Cancellation));
        Assert.Equal("f", new FileInfo(Path.Combine(_fixture.Data("into"), "sub", "link")).LinkTarget);

        archive.Position = 0;
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => _fixture.Volumes.Content.ImportAsync("into", archive, Cancellation));
        Assert.Equal(ErrorKind.Conflict, error.Kind);

        await _fixture.CreateAsync("empty");
        archive.Position = 0;
        await _fixture.Volumes.Content.ImportAsync("empty", archive, Cancellation);
        Assert.True(File.Exists(Path.Combine(_fixture.Data("empty"), "sub", "f")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_archive_leaves_nothing(bool existing)
    {
        await MakeAsync("from");
        using var archive = new MemoryStream();
        await _fixture.Volumes.Content.ExportAsync("from", archive, Cancellation);
        var cut = new MemoryStream(archive.ToArray()[..1500]);
        if (existing)
        {
            await _fixture.CreateAsync("into");
        }

        await Assert.ThrowsAnyAsync<CortenException>(() => _fixture.Volumes.Content.ImportAsync("into", cut, Cancellation));
        Assert.Equal(existing, Directory.Exists(_fixture.Data("into")));
        Assert.Empty(existing ? Directory.GetFileSystemEntries(_fixture.Data("into")) : []);
        Assert.Equal(existing ? 2 : 1, Directory.GetFileSystemEntries(_fixture.Root).Length);
    }

    [Fact]
    public async Task A_clone_is_a_volume_of_its_own()
    {
        await MakeAsync("from");
        var clone = await _fixture.Volumes.Content.CloneAsync("from", "copy", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(clone.Mountpoint, "sub", "f"), "changed", Cancellation);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(_fixture.Data("from"), "sub", "f"), Cancellation));
        Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAnyAsync<CortenException>(() => _fixture.Volumes.Content.CloneAsync("from", "copy", Cancellation))).Kind);
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAnyAsync<CortenException>(() => _fixture.Volumes.Content.CloneAsync("nope", "x2", Cancellation))).Kind);
    }

    [Fact]
    public async Task A_snapshot_says_what_it_is_of()
    {
        await MakeAsync("from");
        var snapshot = await _fixture.Volumes.Content.SnapshotAsync("from", name: null, Cancellation);
        Assert.StartsWith("from-20", snapshot.Name, StringComparison.Ordinal);
        Assert.Equal("from", snapshot.Labels![VolumeContent.SnapshotLabel]);
        var found = await _fixture.Volumes.ListAsync(FilterSet.Empty.With("label", VolumeContent.SnapshotLabel + "=from"), Cancellation);
        Assert.Equal(snapshot.Name, found.Volumes.Single().Name);
    }

    private async Task MakeAsync(string name)
    {
        await _fixture.CreateAsync(name);
        var folder = Directory.CreateDirectory(Path.Combine(_fixture.Data(name), "sub")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "content", Cancellation);
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "f");
    }
}
