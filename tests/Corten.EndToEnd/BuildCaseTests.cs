namespace Corten.EndToEnd;

/// <summary>
/// Each Dockerfile of <c>tests/build-cases</c> is built with the stock client and must give what the real engine gave: configuration, history, the
/// files of every layer, or the error. <c>compare</c> there does both the recording and the comparison.
/// </summary>
public sealed class BuildCaseTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private static readonly string Folder = Path.Combine(Programs.RepositoryRoot, "tests", "build-cases");

    public static TheoryData<string> Names =>
        new(Directory.GetFiles(Path.Combine(Folder, "cases"), "*.Dockerfile").Select(path => Path.GetFileNameWithoutExtension(path)).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Builds_what_the_real_engine_builds(string name)
    {
        var outcome = await shared.Daemon.ScriptAsync($"exec python3 {Folder}/compare check {name}");
        Assert.True(outcome.Code == 0, outcome.Output + outcome.Errors);
    }
}
