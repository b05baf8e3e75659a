using Corten.Cli.Commands.Builder;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Shell;

namespace Corten.Cli.Tests.Commands;

public sealed class PathRuleTests
{
    [Theory]
    [InlineData("/a/src", true, "/b/dst", true, true, "/b/dst", "src")]
    [InlineData("/a/src/.", true, "/b/dst", true, true, "/b/dst", "")]
    [InlineData("/a/src", true, "/b/new", false, false, "/b", "new")]
    [InlineData("/a/src/.", true, "/b/new", false, false, "/b", "new")]
    [InlineData("/a/src", true, "/b/new/", false, false, "/b", "new")]
    [InlineData("/a/f", false, "/b/g", true, false, "/b", "g")]
    [InlineData("/a/f", false, "/g", false, false, "/", "g")]
    public void Where_a_copy_goes(string source, bool isFolder, string target, bool exists, bool targetIsFolder, string folder, string name)
    {
        Assert.Equal((folder, name), CopyPaths.Place(new CopyEnd(source, true, isFolder), new CopyEnd(target, exists, targetIsFolder)));
    }

    [Theory]
    [InlineData(true, "/b/file", true, "cannot copy directory")]
    [InlineData(false, "/b/new/", false, "no such directory")]
    public void Copies_that_make_no_sense(bool isFolder, string target, bool exists, string words)
    {
        var failure = Assert.Throws<CommandException>(() => CopyPaths.Place(new CopyEnd("/a", true, isFolder), new CopyEnd(target, exists, false)));
        Assert.Equal(words, failure.Message);
    }

    [Theory]
    [InlineData("/a//b/./c/..", "/a/b")]
    [InlineData("../x", "../x")]
    [InlineData("/..", "/")]
    [InlineData("", ".")]
    public void Cleaned(string path, string expected) => Assert.Equal(expected, CopyPaths.Clean(path));

    [Fact]
    public void Ignored_names()
    {
        var folder = Directory.CreateTempSubdirectory("corten-ignore-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, ".dockerignore"), "# comment\n*.log\n!keep.log\nnode_modules\n**/tmp\n/docs/*.md\nDockerfile\n[ab]x\n");
            var ignore = IgnoreFile.Load(folder, "Dockerfile");
            bool Leaves(string name) => ignore.Leaves(System.Text.Encoding.UTF8.GetBytes(name));
            Assert.True(Leaves("a.log"));
            Assert.False(Leaves("keep.log"));
            Assert.False(Leaves("sub/a.log"));
            Assert.True(Leaves("node_modules/x/y"));
            Assert.True(Leaves("a/b/tmp/c"));
            Assert.True(Leaves("docs/a.md"));
            Assert.False(Leaves("docs/sub/a.md"));
            Assert.True(Leaves("ax"));
            Assert.False(Leaves("cx"));
            Assert.False(Leaves("Dockerfile"));
            Assert.False(Leaves(".dockerignore"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
