using Corten.Build.BuildKit.Protocol.Files;
using Corten.Cli.Commands.Builder;
using Corten.Cli.Commands.Builder.Services;

namespace Corten.Cli.Tests.Builder;

/// <summary>Which of a folder's files are offered to the engine.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-sent-").FullName;

    public FolderTests()
    {
        foreach (var file in new[] { "Dockerfile", "src/a.c", "src/deep/b.c", "docs/x.md", "node_modules/p/index.js", "z" })
        {
            var path = Path.Combine(_folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file);
        }

        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "src/deep");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Sent(string[]? excludes = null, string[]? follow = null)
    {
        var folder = new LocalFolder(_folder);
        var filter = new FolderFilter(excludes is null ? null : IgnoreFile.Of(excludes), follow is null ? null : folder.Follow(follow));
        return [.. Stats(folder.Describe(filter)).Select(s => s.Path)];
    }

    private static IEnumerable<Stat> Stats(FolderDescription files) => Enumerable.Range(0, files.Count).Select(files.StatOf);

    [Fact]
    public void Folders_come_before_what_is_in_them_and_names_in_order() => Assert.Equal(
        ["Dockerfile", "docs", "docs/x.md", "link", "node_modules", "node_modules/p", "node_modules/p/index.js", "src", "src/a.c", "src/deep", "src/deep/b.c", "z"], Sent());

    [Fact]
    public void What_is_left_out_is_not_described_and_what_is_taken_back_has_its_folders() =>
        Assert.Equal(["Dockerfile", "link", "src", "src/deep", "src/deep/b.c", "z"], Sent(["node_modules", "docs", "src", "!src/deep/*.c"]));

    [Fact]
    public void Followed_paths_bring_their_folders_and_what_links_lead_to()
    {
        Assert.Equal(["src", "src/a.c"], Sent(follow: ["src/a.c"]));
        Assert.Equal(["link", "src", "src/deep", "src/deep/b.c"], Sent(follow: ["link/b.c"]));
        Assert.Equal(["Dockerfile"], Sent(follow: ["Docker*"]));
        Assert.Equal(["docs", "docs/x.md"], Sent(follow: ["d*/x.md"]));
        Assert.Equal([], Sent(follow: ["missing/file"]));
    }

    [Fact]
    public void Followed_patterns_may_have_sets_and_any_number_of_folders()
    {
        Assert.Equal(["docs", "docs/x.md", "z"], Sent(follow: ["[dz]*"]));
        Assert.Equal(["Dockerfile", "docs", "docs/x.md"], Sent(follow: ["[^a-ce-z]oc*"]));
        Assert.Equal(["src", "src/a.c", "src/deep", "src/deep/b.c"], Sent(follow: ["src/**/*.c"]));
        Assert.Equal(["docs", "node_modules", "node_modules/p", "src", "src/deep", "src/deep/b.c"], Sent(follow: ["**/b.c"]));
        Assert.Equal(["docs", "docs/x.md"], Sent(follow: ["docs/**"]));
    }

    [Theory]
    [InlineData("a*b*c", "axbxbc", true)]
    [InlineData("a*b*c", "axbxb", false)]
    [InlineData("a*b", "acacabb", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[ab", "[ab", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    public void Patterns_of_names(string pattern, string name, bool matches) => Assert.Equal(matches, NamePattern.Matches(pattern, name));

    [Fact]
    public void Links_in_a_circle_end()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "one"), "two");
        File.CreateSymbolicLink(Path.Combine(_folder, "two"), "one");
        Assert.Equal(["one", "two"], Sent(follow: ["one/x"]));
    }

    [Fact]
    public void Hard_links_are_sent_once()
    {
        var first = Path.Combine(_folder, "z");
        Assert.Equal(0, Link(first, Path.Combine(_folder, "zz")));
        var files = Stats(new LocalFolder(_folder).Describe(new FolderFilter(null, null))).ToDictionary(s => s.Path);
        Assert.Equal("", files["z"].Linkname);
        Assert.Equal("z", files["zz"].Linkname);
    }

    [Fact]
    public void What_is_written_by_hand_is_what_the_protocol_writes()
    {
        var path = Path.Combine(_folder, "src", "a.c");
        File.SetUnixFileMode(path, UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.OtherExecute);
        File.SetLastWriteTimeUtc(path, new DateTime(1963, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var files = new LocalFolder(_folder).Describe(new FolderFilter(null, null));
        var again = new FolderDescription();
        Array.ForEach([.. Stats(files)], again.Add);
        Assert.Equal(again.Digest(), files.Digest());
        var file = Stats(files).Single(s => s.Path == "src/a.c");
        Assert.Equal(((1u << 23) | 0x101, 7, -218_058_894_000_000_000), (file.Mode, file.Size, file.ModTime));
        var link = Stats(files).Single(s => s.Path == "link");
        Assert.Equal((GoMode.SymbolicLink, "src/deep"), (link.Mode & GoMode.Special, link.Linkname));
    }

    [Fact]
    public void Many_folders_are_in_order_too()
    {
        List<string> all = [];
        foreach (var outer in Enumerable.Range(0, 40))
        {
            foreach (var inner in Enumerable.Range(0, 5))
            {
                var path = $"many/{outer:00}/{inner}/file";
                Directory.CreateDirectory(Path.Combine(_folder, Path.GetDirectoryName(path)!));
                File.WriteAllText(Path.Combine(_folder, path), "");
                all.AddRange(inner == 0 ? [$"many/{outer:00}", $"many/{outer:00}/{inner}", path] : [$"many/{outer:00}/{inner}", path]);
            }
        }

        Assert.Equal(["many", .. all], Sent(follow: ["many"]));
    }

    private static int Link(string from, string to)
    {
        using var process = System.Diagnostics.Process.Start("ln", [from, to]);
        process.WaitForExit();
        return process.ExitCode;
    }
}
