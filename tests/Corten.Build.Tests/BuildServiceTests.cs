using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Tests;

public sealed class BuildServiceTests : IAsyncDisposable
{
    private readonly BuildFixture _build = new();

    public ValueTask DisposeAsync() => _build.DisposeAsync();

    [Fact]
    public async Task Copies_files_folders_and_links()
    {
        _build.File("a", "1").File("d/x", "2").File("d/e/y", "3", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(_build.Context, "d/l"), "x");
        var built = await _build.BuildAsync("FROM scratch\nCOPY a /new/b\nCOPY --chown=3:4 --chmod=700 d /d\nCOPY d/l /\n");
        Assert.Equal(
            ["d/ 700 3:4", "d/e/ 700 3:4", "d/e/y = 3 700 3:4", "d/l -> x 777 3:4", "d/x = 2 700 3:4", "l = 2 644 0:0", "new/ 755 0:0", "new/b = 1 644 0:0"],
            _build.List(built.Tree));
    }

    [Fact]
    public async Task A_folder_of_the_source_lends_its_time_alone_and_chmod_in_octal_goes_for_folders_on_the_way()
    {
        _build.File("d/x", "1");
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetUnixFileMode(Path.Combine(_build.Context, "d"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.SetLastWriteTimeUtc(Path.Combine(_build.Context, "d"), time);
        var built = await _build.BuildAsync("FROM scratch\nCOPY d /p/q\nCOPY --chmod=640 d/x /n/x\nCOPY --chmod=u=rwx d/x /s/x\n");
        Assert.Equal(
            ["n/ 640 0:0", "n/x = 1 640 0:0", "p/ 755 0:0", "p/q/ 755 0:0", "p/q/x = 1 644 0:0", "s/ 755 0:0", "s/x = 1 744 0:0"], _build.List(built.Tree));
        Assert.Equal(time, Directory.GetLastWriteTimeUtc(Path.Combine(built.Tree.Layers[0].Directory, "p/q")));
    }

    [Fact]
    public async Task Excludes_parents_and_wildcards()
    {
        _build.File("s/a.c", "1").File("s/a.h", "2").File("s/t/b.c", "3").File("z", "4");
        var built = await _build.BuildAsync("FROM scratch\nCOPY --exclude=*.h --exclude=t s /x/\nCOPY --parents s/*/b.c /p/\nCOPY s/*.h /w/\n");
        Assert.Equal(["p/s/t/b.c = 3 644 0:0", "w/a.h = 2 644 0:0", "x/a.c = 1 644 0:0"], _build.List(built.Tree).Where(l => !l.Contains("/ ")));
    }

    [Fact]
    public async Task Stages_inline_files_and_links()
    {
        var built = await _build.BuildAsync("FROM scratch AS a\nARG V=7\nCOPY <<f /q/\nv=$V\nf\nFROM scratch\nCOPY --from=a /q /r\nCOPY --link --from=a /q/f /deep/er/f\n");
        Assert.Equal(["deep/ 755 0:0", "deep/er/ 755 0:0", "deep/er/f = v=7 644 0:0", "r/ 755 0:0", "r/f = v=7 644 0:0"], _build.List(built.Tree));
    }

    [Fact]
    public async Task Everything_is_cached_the_second_time_and_a_touch_changes_nothing()
    {
        _build.File("a", "1").File("b", "2");
        const string dockerfile = "FROM scratch\nCOPY a /a\nWORKDIR /w\nCOPY b /b\n";
        await _build.BuildAsync(dockerfile);
        File.SetLastWriteTimeUtc(Path.Combine(_build.Context, "a"), DateTime.UtcNow.AddHours(3));
        Assert.All((await _build.BuildAsync(dockerfile)).Outcomes, o => Assert.True(o.Hit));
        _build.File("b", "3");
        var changed = await _build.BuildAsync(dockerfile);
        Assert.Equal([true, true, false], changed.Outcomes.OrderBy(o => o.Step.Range!.Value.Start).Select(o => o.Hit));
        Assert.Equal(["file b changed"], changed.Outcomes.Single(o => !o.Hit).Reasons);
    }

    [Fact]
    public async Task A_miss_says_what_changed()
    {
        _build.File("a", "1");
        await _build.BuildAsync("FROM scratch\nCOPY a /x/\n");
        var built = await _build.BuildAsync("FROM scratch\nCOPY --chmod=600 a /x/\n");
        Assert.Contains("chmod changed from \"\" to \"600\"", built.Outcomes.Single().Reasons);
        Assert.Equal(["the cache was switched off for it"], (await _build.BuildAsync("FROM scratch\nCOPY a /x/\n", new PlanOptions { NoCache = true })).Outcomes.Single().Reasons);
    }

    [Fact]
    public async Task The_same_inputs_give_the_same_image_even_elsewhere()
    {
        const string dockerfile = "FROM scratch\nCOPY a /a/b/c\nWORKDIR /w\nLABEL x=y\n";
        var options = new PlanOptions { Epoch = DateTimeOffset.FromUnixTimeSeconds(1_600_000_000) };
        var ids = new List<Digest>();
        await using var other = new BuildFixture();
        foreach (var fixture in new[] { _build, other })
        {
            fixture.File("a", "1");
            var built = await fixture.BuildAsync(dockerfile, options);
            await using var batch = fixture.Stores.Content.BeginBatch();
            var layers = await fixture.Builds.Packer.PackAsync(built.Tree, options.Epoch, batch, mayWait: false, TestContext.Current.CancellationToken);
            ids.Add(layers[^1].DiffId);
            ids.Add(layers[0].DiffId);
        }

        Assert.Equal(ids[..2], ids[2..]);
    }

    [Fact]
    public async Task An_image_comes_out_and_can_be_built_upon()
    {
        _build.File("a", "1");
        var cancellation = TestContext.Current.CancellationToken;
        var built = await _build.BuildAsync("FROM scratch\nCOPY a /a\nENV K=v\n");
        var vertex = new BuildVertex("exporting", null, []);
        var image = await _build.Builds.Images.ExportAsync(built, [ImageReference.Parse("made:1")], vertex, NoProgress.Instance, cancellation);
        Assert.Equal(["COPY a /a # buildkit", "ENV K=v"], image.Config.History!.Select(h => h.CreatedBy));
        Assert.Equal(built.Plan.Config.Config!.Env, image.Config.Config!.Env);
        var again = await _build.BuildAsync("FROM scratch\nCOPY a /a\nENV K=v\n");
        Assert.Equal(image.Id, (await _build.Builds.Images.ExportAsync(again, [], vertex, NoProgress.Instance, cancellation)).Id);
        var child = await _build.BuildAsync("FROM made:1\nCOPY a /b\n");
        Assert.Equal(["a = 1 644 0:0", "b = 1 644 0:0"], _build.List(child.Tree));
    }

    [Theory]
    [InlineData("FROM scratch\nCOPY missing /x\n", "failed to compute cache key: failed to calculate checksum of ref: \"/missing\": not found")]
    [InlineData("FROM scratch\nCOPY ../../etc/passwd /x\n", "failed to compute cache key: failed to calculate checksum of ref: \"/etc/passwd\": not found")]
    [InlineData("FROM scratch\nCOPY out /x\n", "failed to compute cache key: failed to calculate checksum of ref: \"/out\": not found")]
    [InlineData("FROM scratch\nCOPY out/hostname /x\n", "failed to compute cache key: failed to calculate checksum of ref: \"/out/hostname\": not found")]
    [InlineData("FROM scratch\nCOPY a /a/\nCOPY d /a/a\n", "cannot copy to non-directory: /a/a")]
    public async Task Refuses(string dockerfile, string message)
    {
        _build.File("a", "1").File("d/x", "1");
        File.CreateSymbolicLink(Path.Combine(_build.Context, "out"), "/etc");
        Assert.Equal(message, (await Assert.ThrowsAnyAsync<CortenException>(() => _build.BuildAsync(dockerfile))).Message);
    }

    [Fact]
    public async Task A_link_in_the_image_does_not_lead_out_of_it()
    {
        File.CreateSymbolicLink(Path.Combine(_build.Context, "esc"), "/tmp/corten-escape");
        _build.File("a", "1");
        var built = await _build.BuildAsync("FROM scratch\nCOPY . /\nCOPY a /esc/a\n");
        Assert.Contains("tmp/corten-escape/a = 1 644 0:0", _build.List(built.Tree));
        Assert.False(Directory.Exists("/tmp/corten-escape"));
    }

    /// <summary>What Docker Engine 28.5 gives: the destination is followed to its end, what is copied into it is not.</summary>
    [Fact]
    public async Task A_destination_may_be_a_link()
    {
        var links = Path.Combine(_build.Context, "links");
        Directory.CreateDirectory(Path.Combine(links, "in"));
        _build.File("links/f", "old");
        foreach (var (name, target) in new[] { ("file", "/f"), ("new", "made/x"), ("folder", "/made/d"), ("in/up", "../../q"), ("in/b", "/f"), ("one", "two"), ("two", "one") })
        {
            File.CreateSymbolicLink(Path.Combine(links, name), target);
        }

        _build.File("a", "1");
        _build.File("d/b", "2");
        var built = await _build.BuildAsync("FROM scratch\nCOPY links /\nCOPY a /file\nCOPY a /new\nCOPY d /folder\nCOPY a /in/up/\nCOPY d /in\nWORKDIR /folder/w\n");
        var files = _build.List(built.Tree);
        Assert.Superset(new HashSet<string> { "f = 1 644 0:0", "made/x = 1 644 0:0", "made/d/b = 2 644 0:0", "q/a = 1 644 0:0", "in/b = 2 644 0:0" }, files.ToHashSet());
        Assert.Contains(files, f => f.StartsWith("made/d/w", StringComparison.Ordinal));
        var error = await Assert.ThrowsAnyAsync<CortenException>(() => _build.BuildAsync("FROM scratch\nCOPY links /\nCOPY a /one\n"));
        Assert.Contains("too many links", error.Message);
    }

    [Fact]
    public async Task A_failed_step_leaves_no_folder_behind()
    {
        _build.File("a", "1");
        await Assert.ThrowsAnyAsync<CortenException>(() => _build.BuildAsync("FROM scratch\nCOPY a /f\nCOPY a /f/g\n"));
        Assert.Equal(_build.Builds.Cache.List().Count, Directory.GetDirectories(Path.Combine(_build.Stores.Root.Path, "build", "records")).Length);
    }

    [Fact]
    public async Task Prune_frees_what_no_build_uses()
    {
        _build.File("a", "1");
        var built = await _build.BuildAsync("FROM scratch\nCOPY a /a\nCOPY a /b\n");
        Assert.Empty(await PruneAsync(new PruneOptions { All = true }));
        built.Dispose();
        Assert.Equal(["COPY a /b", "COPY a /a"], (await PruneAsync(new PruneOptions { All = true })).Select(r => r.Description));
        Assert.Empty(_build.Builds.Cache.List());
        Assert.False((await _build.BuildAsync("FROM scratch\nCOPY a /a\n")).Outcomes.Single().Hit);
    }

    [Fact]
    public async Task Prune_keeps_parents_of_what_it_keeps_and_the_newest_within_a_bound()
    {
        _build.File("a", "1").File("b", "2");
        (await _build.BuildAsync("FROM scratch\nCOPY a /old\n")).Dispose();
        (await _build.BuildAsync("FROM scratch\nCOPY a /a\nCOPY b /b\n")).Dispose();
        Assert.Empty(await PruneAsync(new PruneOptions { All = true, Filters = ["description==COPY a /a"] }));
        var all = _build.Builds.Pruner.Usage().Sizes.Values.Sum();
        Assert.Equal(["COPY a /old"], (await PruneAsync(new PruneOptions { All = true, MaxUsedSpace = all - 1 })).Select(r => r.Description));
        Assert.Empty(await PruneAsync(new PruneOptions { All = true, KeepDuration = TimeSpan.FromHours(1) }));
    }

    [Fact]
    public async Task A_bound_counts_a_file_that_records_share_once()
    {
        _build.File("a", new string('a', 1 << 20)).File("b", new string('b', 1 << 20));
        (await _build.BuildAsync("FROM scratch\nCOPY a /old\n")).Dispose();
        (await _build.BuildAsync("FROM scratch\nCOPY a /new\n")).Dispose();
        (await _build.BuildAsync("FROM scratch\nCOPY b /newest\n")).Dispose();
        var records = _build.Builds.Cache.List().OrderBy(r => r.Id).Select(r => _build.Builds.Root.LayerOf(r.Uid)).ToArray();
        File.Delete(Path.Combine(records[1], "new"));
        await HardLinkAsync(Path.Combine(records[0], "old"), Path.Combine(records[1], "new"));
        Assert.Empty(await PruneAsync(new PruneOptions { All = true, MaxUsedSpace = (2 << 20) + (1 << 18) }));

        // The file stays with the newer of the two, so that all three have to go down to the last.
        var removed = await PruneAsync(new PruneOptions { All = true, MaxUsedSpace = (1 << 20) + (1 << 18) });
        Assert.Equal(["COPY a /old", "COPY a /new"], removed.Select(r => r.Description));
        Assert.InRange(removed.Sum(r => r.Size), 1 << 20, (1 << 20) + (1 << 18));
    }

    private static async Task HardLinkAsync(string from, string to)
    {
        using var link = System.Diagnostics.Process.Start("ln", [from, to]);
        await link.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, link.ExitCode);
    }

    private async Task<IReadOnlyList<CacheRecord>> PruneAsync(PruneOptions options) =>
        await _build.Builds.Pruner.PruneAsync(options, TestContext.Current.CancellationToken);
}
