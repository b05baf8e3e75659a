using System.Text.RegularExpressions;

namespace Corten.EndToEnd;

/// <summary>
/// Each script under <c>Scripts/</c> is typed against a Corten daemon with the stock docker client, and must print what the real engine printed:
/// <c>NAME.out</c> holds that, recorded by <c>record.sh</c>, with ids, times and addresses made equal.
/// </summary>
public sealed partial class ScriptTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private static readonly string Folder = Path.Combine(Programs.RepositoryRoot, "tests", "Corten.EndToEnd", "Scripts");

    public static TheoryData<string> Names =>
        new(Directory.GetFiles(Folder, "*.sh", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "record.sh")
            .Select(path => Path.GetRelativePath(Folder, path)).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Prints_what_the_real_engine_prints(string name)
    {
        var script = await File.ReadAllTextAsync(Path.Combine(Folder, name));
        var recorded = await File.ReadAllTextAsync(Path.Combine(Folder, Path.ChangeExtension(name, ".out")));
        // Each in a folder of its own: their files must not meet.
        var outcome = await shared.Daemon.ScriptAsync("cd \"$(mktemp -d -p .)\"\n" + script);
        Assert.Equal(Even(recorded), Even($"== output\n{outcome.Output}== errors\n{outcome.Errors}exit {outcome.Code}\n"));
    }

    /// <summary>Makes equal what differs from run to run.</summary>
    private static string Even(string text)
    {
        text = Digest().Replace(text, "sha256:DIGEST");
        text = Id64().Replace(text, "ID64");
        text = Id12().Replace(text, "ID12");
        text = Time().Replace(text, "TIME");
        text = ClockTime().Replace(text, "TIME");
        text = Age().Replace(text, "AGE");
        text = Mac().Replace(text, "MAC");
        return text;
    }

    [GeneratedRegex("sha256:[0-9a-f]{64}")]
    private static partial Regex Digest();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b")]
    private static partial Regex Id64();

    [GeneratedRegex(@"\b[0-9a-f]{12}\b")]
    private static partial Regex Id12();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)")]
    private static partial Regex Time();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+ [+-][0-9]{4} [A-Z]+")]
    private static partial Regex ClockTime();

    [GeneratedRegex(@"(About an?|Less than a|[0-9]+) (second|minute|hour)s?( ago)?")]
    private static partial Regex Age();

    [GeneratedRegex(@"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b")]
    private static partial Regex Mac();
}
