namespace Corten.Bench.Rows;

/// <summary><c>run --rm busybox true</c>: a container's whole life, from the command line.</summary>
public sealed class RunRow(string name, params string[] flags) : IRow
{
    public string Name => name;

    public Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        string[] arguments = ["run", "--rm", .. flags, "busybox", "true"];
        return Task.FromResult<IReadOnlyList<Way>>(
        [
            new("docker, Docker Engine", () => Command.TimeAsync(["docker", .. arguments], settings.DockerHost)),
            new("docker, cortend", () => Command.TimeAsync(["docker", .. arguments], settings.CortenHost)),
            new("corten, cortend", () => Command.TimeAsync([settings.Corten, .. arguments], settings.CortenHost)),
        ]);
    }

    public Task CleanAsync(Settings settings) => Task.CompletedTask;
}
