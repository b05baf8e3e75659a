using System.Diagnostics;

namespace Corten.Bench.Rows;

/// <summary>A hundred <c>run -d</c>, four at a time.</summary>
public sealed class ManyRow : IRow
{
    private const int Count = 100;
    private const int AtATime = 4;
    private const string Label = "corten-bench=many";

    public string Name => $"{Count} x run -d, {AtATime} at a time";

    public Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Way>>(
    [
        new("docker, Docker Engine", () => ManyAsync("docker", settings.DockerHost)),
        new("docker, cortend", () => ManyAsync("docker", settings.CortenHost)),
        new("corten, cortend", () => ManyAsync(settings.Corten, settings.CortenHost)),
    ]);

    public async Task CleanAsync(Settings settings)
    {
        await RemoveAsync("docker", settings.DockerHost);
        await RemoveAsync("docker", settings.CortenHost);
    }

    private static async Task<double> ManyAsync(string client, string host)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (_, _) => await Command.TimeAsync([client, "run", "-d", "--label", Label, "busybox", "sleep", "600"], host));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await RemoveAsync(client, host);
        return elapsed;
    }

    private static async Task RemoveAsync(string client, string host)
    {
        var ids = await Command.OutputAsync([client, "ps", "-aq", "--filter", "label=" + Label], host);
        if (ids.Length > 0)
        {
            await Command.OutputAsync([client, "rm", "-f", .. ids.Split('\n')], host);
        }
    }
}
