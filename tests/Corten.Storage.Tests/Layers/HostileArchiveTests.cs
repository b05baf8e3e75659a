using System.Text;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Storage.Tar;

namespace Corten.Storage.Tests.Layers;

/// <summary>Archives made to harm: each is refused, or ends up inside; nothing outside is touched and nothing stays behind.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly string _outside;

    public HostileArchiveTests()
    {
        _outside = _root.Folder("outside");
        File.WriteAllText(Path.Combine(_outside, "victim"), "untouched");
    }

    public void Dispose() => _root.Dispose();

    private async Task<string> Refused(byte[] archive, UnpackLimits? limits = null)
    {
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => _root.Stores.Layers.ApplyAsync(default, new MemoryStream(archive), limits: limits));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        AssertClean();
        return error.Message;
    }

    private void AssertClean()
    {
        Assert.Equal(["0"], Directory.GetFileSystemEntries(_root.Stores.Root.Layers).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(_root.Stores.Root.Temporary));
        Assert.Empty(_root.Stores.Layers.List());
        AssertOutsideUntouched();
    }

    private void AssertOutsideUntouched()
    {
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(_outside, "victim")));
        Assert.Single(Directory.GetFileSystemEntries(_outside));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/../evil")]
    [InlineData("a/b/../../../evil")]
    public async Task A_name_that_leads_out_is_refused(string name) =>
        Assert.Contains("is outside of", await Refused(new ArchiveBuilder().File(name, "evil").ToArray()));

    [Fact]
    public async Task An_absolute_name_stays_inside()
    {
        var layer = await _root.Stores.Layers.ApplyAsync(default,
            new ArchiveBuilder().File(Path.Combine(_outside, "victim"), "evil").ToStream());
        Assert.Equal("evil", await File.ReadAllTextAsync(_root.Stores.Layers.PathOf(layer) + _outside + "/victim"));
        AssertOutsideUntouched();
    }

    [Fact]
    public async Task Writing_through_an_absolute_link_stays_inside() =>
        Assert.Contains("failed to extract", await Refused(new ArchiveBuilder().Link("out", _outside).File("out/victim", "evil").ToArray()));

    [Fact]
    public async Task Writing_through_a_link_stays_inside()
    {
        var layer = await _root.Stores.Layers.ApplyAsync(default, new ArchiveBuilder()
            .Folder("real").Link("one", "../../../../../../../../real").Link("two", "/one").File("two/file", "inside").ToStream());
        Assert.Equal("inside", await File.ReadAllTextAsync(_root.Stores.Layers.PathOf(layer) + "/real/file"));
        AssertOutsideUntouched();
    }

    [Fact]
    public async Task A_link_at_the_end_is_replaced_not_followed()
    {
        var layer = await _root.Stores.Layers.ApplyAsync(default, new ArchiveBuilder()
            .Link("victim", Path.Combine(_outside, "victim")).File("victim", "mine", entry => entry.Mode = 0x1FF)
            .Link("folder", _outside).Folder("folder", entry => entry.Mode = 0x1FF).ToStream());
        Assert.Null(new FileInfo(_root.Stores.Layers.PathOf(layer) + "/victim").LinkTarget);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Stores.Layers.PathOf(layer) + "/folder"));
        AssertOutsideUntouched();
    }

    [Theory]
    [InlineData("../outside/victim")]
    [InlineData("a/../../victim")]
    public async Task A_hard_link_that_leads_out_is_refused(string target) =>
        Assert.Contains("is outside of", await Refused(new ArchiveBuilder().HardLink("mine", target).ToArray()));

    [Fact]
    public async Task A_hard_link_through_links_stays_inside()
    {
        Assert.Contains("invalid hard link", await Refused(new ArchiveBuilder()
            .Link("out", _outside).HardLink("mine", "out/victim").ToArray()));
        Assert.Contains("invalid hard link", await Refused(new ArchiveBuilder().HardLink("mine", _outside + "/victim").ToArray()));
        Assert.Contains("a directory", await Refused(new ArchiveBuilder().Folder("d").HardLink("mine", "d").ToArray()));
    }

    [Fact]
    public async Task A_hard_link_to_a_link_is_the_link()
    {
        var layer = await _root.Stores.Layers.ApplyAsync(default, new ArchiveBuilder()
            .Link("link", Path.Combine(_outside, "victim")).HardLink("mine", "link").File("mine", "x").ToStream());
        Assert.Equal("x", await File.ReadAllTextAsync(_root.Stores.Layers.PathOf(layer) + "/mine"));
        AssertOutsideUntouched();
    }

    [Fact]
    public async Task Attributes_that_steer_an_overlay_are_left_out()
    {
        var layer = await _root.Stores.Layers.ApplyAsync(default, new ArchiveBuilder().Folder("d", entry =>
        {
            entry.Attributes.Add(new ExtendedAttribute("trusted.overlay.redirect"u8.ToArray(), "/../../etc"u8.ToArray()));
            entry.Attributes.Add(new ExtendedAttribute("trusted.overlay.metacopy"u8.ToArray(), []));
            entry.Attributes.Add(new ExtendedAttribute("user.kept"u8.ToArray(), "1"u8.ToArray()));
        }).ToStream());
        using var folder = Corten.Linux.Files.FileAt.Open(
            _root.Stores.Layers.PathOf(layer) + "/d", Corten.Linux.Files.OpenFlags.ReadOnly | Corten.Linux.Files.OpenFlags.Directory);
        Assert.Equal(["user.kept"], Corten.Linux.Files.ExtendedAttributes.List(folder).Select(Encoding.UTF8.GetString)
            .Where(name => !name.StartsWith("security.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(".wh.")]
    [InlineData(".wh..")]
    [InlineData("a/.wh...")]
    public async Task A_whiteout_of_nothing_is_refused(string name) =>
        Assert.Contains("invalid whiteout", await Refused(new ArchiveBuilder().File(name).ToArray()));

    [Fact]
    public async Task A_bomb_ends_at_the_bound()
    {
        var archive = new ArchiveBuilder().File("bomb", new string('\0', 10_000_000)).ToGzip();
        Assert.True(archive.Length < 100_000);
        Assert.Contains("more than the 1000000 bytes", await Refused(archive, new UnpackLimits { MaxBytes = 1_000_000 }));
    }

    [Fact]
    public async Task Data_behind_the_end_of_the_archive_is_bounded_too()
    {
        var padded = new ArchiveBuilder().File("a").ToArray().Concat(new byte[5_000_000]).ToArray();
        Assert.Contains("behind its end", await Refused(padded, new UnpackLimits { MaxBytes = 1_000_000 }));
    }

    [Fact]
    public async Task Entries_are_counted()
    {
        var archive = new ArchiveBuilder();
        for (var i = 0; i < 50; i++)
        {
            archive.File($"d{i}/f");
        }

        Assert.Contains("more than the 60 entries", await Refused(archive.ToArray(), new UnpackLimits { MaxEntries = 60 }));
    }

    [Fact]
    public async Task Every_truncation_is_noticed()
    {
        var archive = new ArchiveBuilder().Folder("a").File("a/" + new string('n', 200), new string('x', 3000)).ToArray()[..^1024];
        for (var length = 1; length < archive.Length; length += 97)
        {
            if (length % 512 != 0 || length > 512)
            {
                await Refused(archive[..length]);
            }
        }
    }

    [Fact]
    public async Task A_truncated_stream_is_noticed()
    {
        var gzip = new ArchiveBuilder().File("a", string.Concat(Enumerable.Range(0, 20000))).ToGzip();
        foreach (var length in Enumerable.Range(2, 30).Concat([1000, gzip.Length / 2]).Concat(Enumerable.Range(gzip.Length - 12, 12)))
        {
            await Refused(gzip[..length]);
        }
    }

    [Fact]
    public async Task Damaged_compression_is_named()
    {
        var gzip = new ArchiveBuilder().File("a", string.Concat(Enumerable.Range(0, 20000))).ToGzip();
        gzip.AsSpan(100, 40).Clear();
        Assert.Contains("gzip", await Refused(gzip));
    }

    [Fact]
    public async Task Names_beyond_the_kernel_are_refused()
    {
        await Refused(new ArchiveBuilder().File(new string('n', 256)).ToArray());
        await Refused(new ArchiveBuilder().File(string.Join('/', Enumerable.Repeat("deep", 1000))).ToArray());
        await Refused(new ArchiveBuilder().Link("l", new string('t', 5000)).ToArray());
    }

    [Fact]
    public async Task A_file_as_a_parent_is_refused() =>
        await Refused(new ArchiveBuilder().File("a", "x").File("a/b", "y").ToArray());

    [Fact]
    public async Task A_loop_of_links_is_refused() =>
        await Refused(new ArchiveBuilder().Link("a", "b").Link("b", "a").File("a/f", "x").ToArray());
}
