using System.Globalization;

namespace Corten.Bench.Rows;

/// <summary>
/// Memory, in KB of proportional set size: the idle daemon, and what each of twenty running containers adds (their own processes left out).
/// </summary>
public sealed class MemoryRow : IRow
{
    private const int Count = 20;
    private const string Label = "corten-bench=memory";

    public string Name => "memory (KB, proportional set size)";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        var idle = Engine();
        for (var i = 0; i < Count; i++)
        {
            await Command.OutputAsync([settings.Corten, "run", "-d", "--label", Label, "busybox", "sleep", "600"], settings.CortenHost);
        }

        return
        [
            new("cortend and launcher, before", () => Task.FromResult(idle)),
            new("a running container adds", () => Task.FromResult((Engine() - idle) / Count)),
        ];
    }

    public async Task CleanAsync(Settings settings)
    {
        var ids = await Command.OutputAsync([settings.Corten, "ps", "-aq", "--filter", "label=" + Label], settings.CortenHost);
        if (ids.Length > 0)
        {
            await Command.OutputAsync([settings.Corten, "rm", "-f", .. ids.Split('\n')], settings.CortenHost);
        }
    }

    /// <summary>All of Corten's own processes on this machine: daemon, launcher, monitors.</summary>
    private static double Engine()
    {
        var sum = 0.0;
        foreach (var folder in Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "comm")).StartsWith("corten", StringComparison.Ordinal))
                {
                    var pss = File.ReadLines(Path.Combine(folder, "smaps_rollup")).First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
                    sum += double.Parse(pss[4..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
                }
            }
            catch (IOException)
            {
                // The process ended while it was looked at.
            }
        }

        return sum;
    }
}
