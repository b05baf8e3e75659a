namespace Corten.Bench.Rows;

/// <summary>A running container joins a network and leaves it: namespace, pair, address, rules and name, twice the client's own time included.</summary>
public sealed class ConnectRow : IRow
{
    private const string Both = "corten-bench-connect";

    public string Name => "network connect and disconnect";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "network", "create", Both], host);
            await Command.OutputAsync(["docker", "run", "-d", "--name", Both, "busybox", "sleep", "600"], host);
        }

        return
        [
            new("docker, Docker Engine", () => OnceAsync("docker", settings.DockerHost)),
            new("docker, cortend", () => OnceAsync("docker", settings.CortenHost)),
        ];
    }

    public async Task CleanAsync(Settings settings)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "rm", "-f", Both], host);
            await Command.OutputAsync(["docker", "network", "rm", Both], host);
        }
    }

    private static async Task<double> OnceAsync(string client, string host) =>
        await Command.TimeAsync([client, "network", "connect", Both, Both], host)
        + await Command.TimeAsync([client, "network", "disconnect", Both, Both], host);
}
