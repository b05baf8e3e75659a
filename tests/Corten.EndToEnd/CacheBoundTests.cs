namespace Corten.EndToEnd;

/// <summary>What bounds the build cache and selects from it, as the stock client shows and sends it.</summary>
public sealed class CacheBoundTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task The_bound_of_the_cache_is_told()
    {
        var outcome = await shared.Daemon.ScriptAsync("docker buildx inspect");
        Assert.Matches(@"GC Policy rule#0:\n All: +true\n Max Used Space: [0-9.]+[KMGTP]i?B\n", outcome.Output);
    }

    [Theory]
    [InlineData("prune -f", "id~=", "prune", "[id~=]: expected value or quoted")]
    [InlineData("prune -f", "id=", "prune", "[id~=]: expected value or quoted")]
    [InlineData("du", "==a", "diskusage", "[ >|=|< ==a]: expected field or quoted")]
    [InlineData("du", "id~=\"a", "diskusage", "[id~= >|\"|< a]: quoted literal not terminated")]
    [InlineData("prune -f", "type==x y", "prune", "[type >|=|< ==x y]: unsupported operator \"===\"")]
    public async Task A_filter_that_cannot_be_read_is_refused_in_the_engines_words(string command, string filter, string purpose, string place)
    {
        var outcome = await shared.Daemon.ScriptAsync($"docker buildx {command} --filter '{filter}'");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains($"failed to parse {purpose} filters [", outcome.Errors);
        Assert.EndsWith($"filters: parse error: {place}: invalid argument\n", outcome.Errors);
    }

    [Fact]
    public async Task A_filter_of_the_history_that_cannot_be_read_is_refused_in_the_engines_words()
    {
        var outcome = await shared.Daemon.ScriptAsync("docker buildx history ls --filter 'ref=='");
        Assert.NotEqual(0, outcome.Code);
        Assert.EndsWith("failed to parse history filters ref~==: filters: parse error: [ref >|~|< ==]: unsupported operator \"~==\"\n", outcome.Errors);
    }
}
