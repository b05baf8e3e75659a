namespace Corten.Bench.Rows;

/// <summary><c>exec</c> of <c>true</c> in a running container.</summary>
public sealed class ExecRow : IRow
{
    private const string Container = "corten-bench-exec";

    public string Name => "exec true";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "run", "-d", "--name", Container, "busybox", "sleep", "600"], host);
        }

        string[] arguments = ["exec", Container, "true"];
        return
        [
            new("docker, Docker Engine", () => Command.TimeAsync(["docker", .. arguments], settings.DockerHost)),
            new("docker, cortend", () => Command.TimeAsync(["docker", .. arguments], settings.CortenHost)),
            new("corten, cortend", () => Command.TimeAsync([settings.Corten, .. arguments], settings.CortenHost)),
        ];
    }

    public async Task CleanAsync(Settings settings)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "rm", "-f", Container], host);
        }
    }
}
