namespace Corten.Bench.Rows;

/// <summary>A hundred lookups of another container's name by busybox in one <c>exec</c>; the time of one, its process included.</summary>
public sealed class LookupRow : IRow
{
    private const string Prefix = "corten-bench-lookup";
    private const int Lookups = 100;

    public string Name => "name lookup";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "network", "create", Prefix], host);
            foreach (var name in new[] { "asker", "asked" })
            {
                await Command.OutputAsync(["docker", "run", "-d", "--name", $"{Prefix}-{name}", "--network", Prefix, "busybox", "sleep", "600"], host);
            }
        }

        return
        [
            new("docker, Docker Engine", () => OnceAsync(settings.DockerHost)),
            new("docker, cortend", () => OnceAsync(settings.CortenHost)),
        ];
    }

    public async Task CleanAsync(Settings settings)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "rm", "-f", $"{Prefix}-asker", $"{Prefix}-asked"], host);
            await Command.OutputAsync(["docker", "network", "rm", Prefix], host);
        }
    }

    private static async Task<double> OnceAsync(string host)
    {
        var script = $"i=0; while [ $i -lt {Lookups} ]; do nslookup -type=a {Prefix}-asked >/dev/null || exit 1; i=$((i+1)); done";
        return await Command.TimeAsync(["docker", "exec", $"{Prefix}-asker", "sh", "-c", script], host) / Lookups;
    }
}
