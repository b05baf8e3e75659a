using System.Runtime.CompilerServices;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Usage;

/// <summary>What a container uses: once, or every second until the client goes. All who watch share one reading a second.</summary>
public sealed class StatsContainer
{
    private readonly ContainerCore _core;
    private readonly StatsSampler _sampler;

    internal StatsContainer(ContainerCore core) => (_core, _sampler) = (core, new StatsSampler(core));

    public Container Find(string idOrName) => _core.Registry.Find(idOrName);

    /// <summary>One reading without one before it.</summary>
    public Stats Once(Container container) =>
        StatsReader.Read(container, _core) is { } stats ? stats with { Name = "/" + container.Name, Id = container.Id } : Stopped(container);

    /// <summary>One reading with the one of a second before.</summary>
    public async Task<Stats> TwiceAsync(Container container, CancellationToken cancellationToken)
    {
        if (!container.Status.IsRunning)
        {
            return Stopped(container);
        }

        await foreach (var stats in StreamAsync(container, cancellationToken))
        {
            if (stats.PreRead != default || stats.Read == default)
            {
                return stats;
            }
        }

        return Stopped(container);
    }

    /// <summary>A reading a second; a container that does not run has empty ones.</summary>
    public async IAsyncEnumerable<Stats> StreamAsync(Container container, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = _sampler.Watch(container);
        Stats? before = null;
        while (!container.IsGone)
        {
            var now = await watch.NextAsync(cancellationToken).ConfigureAwait(false);
            if (now is null)
            {
                yield return Stopped(container);
                before = null;
                continue;
            }

            now = now with { Name = "/" + container.Name, Id = container.Id };
            yield return before is null ? now : now with { PreRead = before.Read, PreCpu = before.Cpu };
            before = now;
        }
    }

    private static Stats Stopped(Container container) => new() { Name = "/" + container.Name, Id = container.Id };
}
