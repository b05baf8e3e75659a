namespace Corten.Bench.Rows;

/// <summary><c>ps -a</c> with many stopped containers.</summary>
public sealed class ListRow(int count) : IRow
{
    private const string Label = "corten-bench=list";

    public string Name => $"ps -a, {count} stopped";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        // Only Corten gets the containers: Docker takes many minutes to make and remove them.
        var have = (await Command.OutputAsync([settings.Corten, "ps", "-aq"], settings.CortenHost)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        await Parallel.ForAsync(have, count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel },
            async (_, _) => await Command.TimeAsync([settings.Corten, "create", "--label", Label, "busybox", "true"], settings.CortenHost));
        return [new("corten, cortend", () => Command.TimeAsync([settings.Corten, "ps", "-a"], settings.CortenHost))];
    }

    public async Task CleanAsync(Settings settings)
    {
        var ids = (await Command.OutputAsync([settings.Corten, "ps", "-aq", "--filter", "label=" + Label], settings.CortenHost)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var some in ids.Chunk(500))
        {
            await Command.OutputAsync([settings.Corten, "rm", .. some], settings.CortenHost);
        }
    }
}
