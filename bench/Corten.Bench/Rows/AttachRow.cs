namespace Corten.Bench.Rows;

/// <summary>A running container joins a bridge network, measured at the engine's API: namespace, pair, address, rules and name. Leaving it again is not measured.</summary>
public sealed class AttachRow : IRow
{
    private const string Both = "corten-bench-attach";
    private readonly List<EngineHttp> _engines = [];

    public string Name => "attach to a bridge network (API)";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        var ways = new List<Way>();
        foreach (var (name, host) in new[] { ("Docker Engine", settings.DockerHost), ("cortend", settings.CortenHost) })
        {
            await Command.OutputAsync(["docker", "network", "create", Both], host);
            await Command.OutputAsync(["docker", "run", "-d", "--name", Both, "busybox", "sleep", "600"], host);
            var engine = new EngineHttp(host);
            _engines.Add(engine);
            ways.Add(new(name, async () =>
            {
                var time = await engine.PostAsync($"/networks/{Both}/connect", $$"""{"Container":"{{Both}}"}""");
                await engine.PostAsync($"/networks/{Both}/disconnect", $$"""{"Container":"{{Both}}"}""");
                return time;
            }));
        }

        return ways;
    }

    public async Task CleanAsync(Settings settings)
    {
        _engines.ForEach(e => e.Dispose());
        _engines.Clear();
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "rm", "-f", Both], host);
            await Command.OutputAsync(["docker", "network", "rm", Both], host);
        }
    }
}
