using System.Formats.Tar;
using System.IO.Compression;
using Corten.Build.Solving;
using Corten.Linux;
using Corten.Oci.Errors;

namespace Corten.Build.Tests;

/// <summary>Dockerfiles and contexts that mean harm: they are refused or do what they say inside the build, and end.</summary>
public sealed class HostileInputTests : IAsyncDisposable
{
    private readonly BuildFixture _build = new();
    private readonly string _outside = Directory.CreateTempSubdirectory("corten-outside-").FullName;

    public async ValueTask DisposeAsync()
    {
        await _build.DisposeAsync();
        Directory.Delete(_outside, recursive: true);
    }

    [Theory]
    [InlineData("ENV A@=b\n")]
    [InlineData("ARG A@=$A@\n")]
    [InlineData("# comment\n")]
    [InlineData("ONBUILD LABEL a=@\n")]
    [InlineData("FROM scratch AS s@\n")]
    public async Task A_hundred_thousand_lines(string line)
    {
        var lines = Enumerable.Range(0, 100_000).Select(i => line.Replace("@", i.ToString(), StringComparison.Ordinal));
        using var built = await _build.BuildAsync($"FROM scratch AS s\n{string.Concat(lines)}FROM s\nLABEL end=reached\n");
        Assert.Equal("reached", built.Plan.Config.Config!.Labels!["end"]);
    }

    [Fact]
    public async Task A_value_that_doubles_with_every_argument_is_bounded()
    {
        var lines = string.Concat(Enumerable.Range(0, 60).Select(i => $"ARG A{i + 1}=$A{i}$A{i}\n"));
        Assert.Contains("expands to more than", await RefusalAsync($"FROM scratch\nARG A0=0123456789\n{lines}"));
    }

    [Fact]
    public async Task Nested_defaults_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("${A:-", 10_000)) + "x" + new string('}', 10_000);
        Assert.NotEqual("", await RefusalAsync($"FROM scratch\nLABEL a={deep}\n"));
    }

    [Fact]
    public async Task A_pattern_that_would_backtrack_does_not()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 40)) + "b";
        using var built = await _build.BuildAsync($"FROM scratch\nARG A={new string('a', 200)}\nLABEL a=${{A##{pattern}}}\n");
        Assert.Equal(200, built.Plan.Config.Config!.Labels!["a"].Length);
    }

    [Fact]
    public async Task A_line_is_bounded() =>
        Assert.Contains("max allowed size of 65535", await RefusalAsync($"FROM scratch\nLABEL a={new string('x', 70_000)}\n"));

    [Theory]
    [InlineData("COPY out/secret /x")]
    [InlineData("COPY ../../../../../../{0}/secret /x")]
    [InlineData("COPY . /x\nCOPY up/secret /y")]
    [InlineData("ADD out/secret /x")]
    public async Task Nothing_outside_the_context_is_copied(string instructions)
    {
        await File.WriteAllTextAsync(Path.Combine(_outside, "secret"), "outside", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_build.Context, "out"), _outside);
        File.CreateSymbolicLink(Path.Combine(_build.Context, "up"), "../../../../../../../.." + _outside);
        Assert.EndsWith("not found", await RefusalAsync("FROM scratch\n" + instructions.Replace("{0}", _outside, StringComparison.Ordinal) + "\n"));
    }

    /// <summary>Links are copied as they are, and what is written through them later stays in the image.</summary>
    [Fact]
    public async Task A_link_in_an_image_does_not_lead_out_of_it()
    {
        _build.File("f", "inside");
        File.CreateSymbolicLink(Path.Combine(_build.Context, "link"), _outside);
        var built = await _build.BuildAsync($"FROM scratch\nCOPY . /\nCOPY f {_outside}/g\nCOPY f /link/f\nCOPY f /link/../../../../../up\n");
        Assert.Contains("up = inside 644 0:0", _build.List(built.Tree));
        Assert.Contains($"{_outside[1..]}/f = inside 644 0:0", _build.List(built.Tree));
        Assert.Empty(Directory.GetFileSystemEntries(_outside));
    }

    public static TheoryData<string> Tricks => new("parent", "absolute", "link", "hardlink", "replace", "device", "file");

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task An_archive_stays_where_it_is_unpacked(string trick)
    {
        await File.WriteAllTextAsync(Path.Combine(_outside, "target"), "untouched", TestContext.Current.CancellationToken);
        WriteArchive(Path.Combine(_build.Context, "a.tar"), trick);
        IReadOnlyList<string> files = [];
        try
        {
            using var built = await _build.BuildAsync("FROM scratch\nADD a.tar /in/\n");
            files = _build.List(built.Tree);
        }
        catch (Exception e) when (e is CortenException or LinuxException)
        {
            // Refusing it is as good.
        }

        Assert.Equal(["target"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
        Assert.Equal("untouched", await File.ReadAllTextAsync(Path.Combine(_outside, "target"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(files, f => f.Contains("untouched", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_archive_is_an_error_and_leaves_nothing()
    {
        WriteArchive(Path.Combine(_build.Context, "whole.tar"), "file");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_build.Context, "whole.tar"), TestContext.Current.CancellationToken);
        await using (var file = File.Create(Path.Combine(_build.Context, "cut.tgz")))
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(bytes, 0, 1538); // Headers of 1536 bytes, and a part of the content.
        }

        await RefusalAsync("FROM scratch\nADD cut.tgz /in/\n");
        Assert.DoesNotContain(_build.Builds.Cache.List(), r => r.Type == RecordTypes.Regular);
    }

    private async Task<string> RefusalAsync(string dockerfile) => (await Assert.ThrowsAnyAsync<Exception>(() => _build.BuildAsync(dockerfile))).Message;

    private void WriteArchive(string path, string trick)
    {
        using var writer = new TarWriter(File.Create(path), TarEntryFormat.Pax);
        switch (trick)
        {
            case "parent":
                Add(writer, "../../../../../../../.." + _outside + "/evil");
                break;
            case "absolute":
                Add(writer, _outside + "/evil");
                break;
            case "link":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "d") { LinkName = _outside });
                Add(writer, "d/evil");
                Add(writer, "d/target");
                break;
            case "hardlink":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = _outside + "/target" });
                Add(writer, "h");
                break;
            case "replace":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "d"));
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "d") { LinkName = "../../../../../../../.." + _outside });
                Add(writer, "d/evil");
                break;
            case "device":
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "x") { LinkName = _outside });
                writer.WriteEntry(new PaxTarEntry(TarEntryType.Fifo, "x/pipe"));
                break;
            default:
                Add(writer, new string('n', 80));
                break;
        }
    }

    private static void Add(TarWriter writer, string name) =>
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("evil"u8.ToArray()) });
}
