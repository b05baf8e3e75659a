using System.Text.RegularExpressions;
using Corten.Build.Planning;
using Corten.Build.Solving;

namespace Corten.Build.Tests.Solving;

/// <summary>What the recorded script (<c>Scripts/build/classic.sh</c>) can't show: stages that are left out, and the memory's bound.</summary>
public sealed partial class ClassicProgressTests : IAsyncLifetime
{
    private readonly BuildFixture _fixture = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private const string Stages = """
        ARG A=1
        FROM scratch AS first
        COPY a /
        FROM scratch AS unused
        COPY a /unused
        LABEL unused=yes
        FROM first
        LABEL last=yes
        """;

    [Fact]
    public async Task Steps_of_stages_that_are_not_needed_are_left_out_with_their_numbers()
    {
        _fixture.File("a", "a");
        var told = await TellAsync(Stages);
        Assert.Equal("""
            Step 1/8 : ARG A=1
            Step 2/8 : FROM scratch AS first
             ---> 
            Step 3/8 : COPY a /
             ---> ID
            Step 7/8 : FROM first
             ---> ID
            Step 8/8 : LABEL last=yes
             ---> Running in ID
             ---> Removed intermediate container ID
             ---> IMAGE

            """.Replace("\\x20", " ", StringComparison.Ordinal), told);
        Assert.DoesNotContain("Running in", await TellAsync(Stages));
        // Something else before it: it was not done upon that.
        _fixture.File("a", "b");
        Assert.Contains("Running in", await TellAsync(Stages));
        _fixture.File("a", "a");
        Assert.DoesNotContain("Running in", await TellAsync(Stages));
        Assert.Contains("Running in", await TellAsync(Stages, noCache: true));
    }

    [Fact]
    public async Task Settings_are_remembered_by_their_values_and_arguments_where_they_are_used()
    {
        const string file = "FROM scratch\nARG V\nLABEL v=$V\nENV X=1\n";
        Dictionary<string, string> Value(string value) => new() { ["V"] = value };
        Assert.Equal(3, Count("Running in", await TellAsync(file, arguments: Value("1"))));
        Assert.Equal(2, Count("Running in", await TellAsync(file, arguments: Value("2"))));
        Assert.Equal(3, Count("Using cache", await TellAsync(file, arguments: Value("1"))));
    }

    [Fact]
    public void Only_so_many_settings_are_remembered()
    {
        var cache = _fixture.Builds.Cache;
        cache.RememberSettings([.. Enumerable.Range(0, 6_000).Select(i => $"old {i}")]);
        cache.RememberSettings([.. Enumerable.Range(0, 6_000).Select(i => $"new {i}")]);
        Assert.False(cache.KnowsSetting("old 0"));
        Assert.False(cache.KnowsSetting("old 1999"));
        Assert.True(cache.KnowsSetting("old 2000"));
        Assert.True(cache.KnowsSetting("new 5999"));
    }

    private static int Count(string word, string text) => text.Split(word).Length - 1;

    private async Task<string> TellAsync(string dockerfile, bool noCache = false, Dictionary<string, string>? arguments = null)
    {
        var told = new List<string>();
        var memory = new SettingsMemory(_fixture.Builds.Cache);
        var progress = new ClassicProgress(line => told.Add(line.Stream!), new ClassicOptions { NoCache = noCache }, memory);
        using var built = await _fixture.BuildAsync(dockerfile, new PlanOptions { NoCache = noCache, Arguments = arguments ?? [] }, progress);
        progress.Finish("IMAGE");
        memory.Keep();
        return Ids().Replace(string.Concat(told), "ID");
    }

    [GeneratedRegex("\\b[0-9a-f]{12}\\b")]
    private static partial Regex Ids();
}
