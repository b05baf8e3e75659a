using Corten.EngineApi.Containers;
using Corten.EngineApi.Filters;
using Corten.Networks.Verbs;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Removes every container that does not run.</summary>
public sealed class PruneContainers
{
    private readonly ContainerCore _core;
    private readonly RemoveContainer _remove;
    private int _running;

    internal PruneContainers(ContainerCore core, RemoveContainer remove) => (_core, _remove) = (core, remove);

    /// <param name="filters"><c>label</c>, <c>label!</c> and <c>until</c>.</param>
    /// <param name="cancellationToken"></param>
    public async Task<ContainersPruneResponse> RunAsync(FilterSet filters, CancellationToken cancellationToken)
    {
        var until = Until.Parse(filters);
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            throw CortenException.Conflict("a prune operation is already running");
        }

        try
        {
            var removed = new List<string>();
            ulong reclaimed = 0;
            foreach (var container in _core.Registry.All)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (container.Status.IsUp || container.Record.Created.UtcDateTime >= until || !filters.PruneLabels(container.Record.Config.Labels))
                {
                    continue;
                }

                var size = _core.Layers.Snapshots.TryGet(container.Id) is null ? 0 : _core.Layers.Usage(container.Id).Writable;
                try
                {
                    await _remove.RunAsync(container.Id, removeVolumes: false, force: false, linkOnly: false, cancellationToken);
                }
                catch (CortenException e)
                {
                    _core.Report.Warn($"container {container.Id} was not pruned: {e.Message}");
                    continue;
                }

                removed.Add(container.Id);
                reclaimed += (ulong)size;
            }

            _core.Events.Pruned(reclaimed);
            return new ContainersPruneResponse { ContainersDeleted = removed.Count > 0 ? removed : null, SpaceReclaimed = reclaimed };
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
