using Corten.Build.Dockerfile.Ignore;
using Corten.Oci.Errors;

namespace Corten.Build.Tests.Dockerfile.Ignore;

public class IgnorePatternsTests
{
    [Theory]
    [InlineData("*.md", "a.md", true)]
    [InlineData("*.md", "docs/a.md", false)]
    [InlineData("**/*.md", "docs/a.md", true)]
    [InlineData("**/*.md", "a.md", true)]
    [InlineData("docs", "docs/a/b", true)]
    [InlineData("docs/", "docs/a", true)]
    [InlineData("/docs", "docs/a", true)]
    [InlineData("./docs/../docs", "docs/a", true)]
    [InlineData("doc", "docs", false)]
    [InlineData("docs/*/x", "docs/a/x/y", true)]
    [InlineData("*\n!keep", "keep", false)]
    [InlineData("*\n!keep", "other", true)]
    [InlineData("!keep\n*", "keep", true)]
    [InlineData("a\n!a/b\na/b/c", "a/b/c", true)]
    [InlineData("a\n!a/b\na/b/c", "a/b/d", false)]
    [InlineData("a\n!a/b", "a/x", true)]
    [InlineData("# comment\n #not", "#not", true)]
    [InlineData("  spaced  ", "spaced", true)]
    [InlineData("\uFEFFbom", "bom", true)]
    [InlineData("crlf\r\n", "crlf", true)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("**/node_modules", "a/node_modules/b", true)]
    [InlineData("a[0-9]", "a7", true)]
    [InlineData(".", "a", false)]
    public void Decides(string file, string path, bool ignored) => Assert.Equal(ignored, IgnorePatterns.Parse(file).Matches(path));

    [Fact]
    public void A_lone_exclamation_mark_is_refused() =>
        Assert.Equal("illegal exclusion pattern: \"!\"", Assert.Throws<CortenException>(() => IgnorePatterns.Parse("!")).Message);

    [Fact]
    public void A_malformed_pattern_is_refused() => Assert.Throws<CortenException>(() => IgnorePatterns.Parse("[a"));

    [Theory]
    [InlineData("node_modules", "node_modules", true)]
    [InlineData("a\n!a/b", "a", false)]
    [InlineData("a\n!b", "a", true)]
    [InlineData("a\n!**/keep", "a", false)]
    [InlineData("a\n!a*/x", "a", false)]
    public void Knows_whether_a_folder_need_not_be_entered(string file, string folder, bool whole) =>
        Assert.Equal(whole, IgnorePatterns.Parse(file).CoversWhole(folder));
}
