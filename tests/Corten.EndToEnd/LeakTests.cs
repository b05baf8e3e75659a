namespace Corten.EndToEnd;

/// <summary>What a thousand containers leave behind: nothing.</summary>
public sealed class LeakTests
{
    [Fact]
    public async Task A_thousand_rounds_leave_no_descriptor_mount_namespace_address_or_process()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        await RoundsAsync(daemon, 40);
        var before = await CountAsync(daemon);
        await RoundsAsync(daemon, 1000);
        var after = await CountAsync(daemon);
        foreach (var (what, count) in before)
        {
            // The pool of ready namespaces and cached connections breathe a little; a leak of one a round does not hide in that.
            Assert.True(after[what] <= count + 20, $"{what}: {count} before, {after[what]} after");
        }
    }

    private static Task RoundsAsync(CortenDaemon daemon, int rounds) =>
        Parallel.ForAsync(0, rounds, new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (i, _) => (await daemon.CortenAsync("run", "--rm", "-p", "80", "busybox", i % 10 == 0 ? "nosuch" : "true")).Exits(i % 10 == 0 ? 127 : 0));

    private static async Task<Dictionary<string, int>> CountAsync(CortenDaemon daemon)
    {
        // What ends in the background (namespaces, cgroups) is given a moment.
        await Task.Delay(2000);
        var links = (await daemon.ScriptAsync("ip -o link | wc -l")).Ok().Text;
        var rules = (await daemon.ScriptAsync("nft list ruleset | wc -l")).Ok().Text;
        return new()
        {
            ["descriptors of cortend"] = Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length,
            ["mounts"] = File.ReadLines("/proc/self/mountinfo").Count(line => line.Contains(daemon.Root)),
            ["network namespaces"] = Directory.Exists($"{daemon.ExecRoot}/netns") ? Directory.GetFileSystemEntries($"{daemon.ExecRoot}/netns").Length : 0,
            ["folders of containers"] = Directory.GetDirectories(daemon.DataRoot, "*", SearchOption.AllDirectories).Length,
            ["exec folders"] = Directory.GetFileSystemEntries(daemon.ExecRoot, "*", SearchOption.AllDirectories).Length,
            ["links"] = int.Parse(links),
            ["rules"] = int.Parse(rules),
            ["cgroups"] = Directory.GetDirectories("/sys/fs/cgroup", "*", SearchOption.AllDirectories).Length,
            ["processes"] = Directory.GetDirectories("/proc").Count(path => int.TryParse(Path.GetFileName(path), out _)),
        };
    }
}
