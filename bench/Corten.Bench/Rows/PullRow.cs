namespace Corten.Bench.Rows;

/// <summary>Pull and unpack of one image from a registry on this machine; the image is removed before each pull.</summary>
public sealed class PullRow : IRow
{
    public string Name => "pull";

    public Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        if (settings.PullImage is not [var docker, var corten])
        {
            throw new InvalidOperationException("needs --pull DOCKER-REFERENCE,CORTEN-REFERENCE: the image as each engine's registry names it");
        }

        return Task.FromResult<IReadOnlyList<Way>>(
        [
            new("docker, Docker Engine", () => PullAsync("docker", settings.DockerHost, docker)),
            new("docker, cortend", () => PullAsync("docker", settings.CortenHost, corten)),
            new("corten, cortend", () => PullAsync(settings.Corten, settings.CortenHost, corten)),
        ]);
    }

    public Task CleanAsync(Settings settings) => Task.CompletedTask;

    private static async Task<double> PullAsync(string client, string host, string image)
    {
        await RemoveAsync(client, host, image);
        return await Command.TimeAsync([client, "pull", "-q", image], host);
    }

    private static async Task RemoveAsync(string client, string host, string image)
    {
        if (await Command.OutputAsync([client, "images", "-q", image], host) is { Length: > 0 })
        {
            await Command.OutputAsync([client, "rmi", image], host);
        }
    }
}
