using Corten.Build.Dockerfile.Expansion;

namespace Corten.Build.Tests.Dockerfile.Expansion;

public class GlobTests
{
    [Theory]
    [InlineData("*.go", "a.go", true)]
    [InlineData("*.go", "d/a.go", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("", "", true)]
    [InlineData("[\\]]", "]", true)]
    public void Path_names(string pattern, string name, bool matches) => Assert.Equal(matches, Glob.Path(pattern).IsMatch(name));

    [Theory]
    [InlineData("[")]
    [InlineData("[]a]")]
    [InlineData("[-]")]
    [InlineData("[x-]")]
    [InlineData("a[")]
    [InlineData("\\")]
    public void Malformed(string pattern) => Assert.Throws<FormatException>(() => Glob.Path(pattern));

    [Theory]
    [InlineData("**", "a/b", true)]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "ax", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z", "a/bz", false)]
    [InlineData("**/*.md", "docs/x.md", true)]
    [InlineData("**/a/**/b", "q/a/w/e/b", true)]
    public void Folders(string pattern, string name, bool matches) => Assert.Equal(matches, Glob.Ignore(pattern).IsMatch(name));
}
