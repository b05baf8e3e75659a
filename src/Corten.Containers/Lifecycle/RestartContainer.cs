using Corten.Containers.Model;

namespace Corten.Containers.Lifecycle;

/// <summary>Stops a container if it runs, and starts it.</summary>
public sealed class RestartContainer
{
    private readonly ContainerCore _core;
    private readonly StopContainer _stop;
    private readonly StartContainer _start;

    internal RestartContainer(ContainerCore core, StopContainer stop, StartContainer start) => (_core, _stop, _start) = (core, stop, start);

    public async Task RunAsync(string idOrName, string? signal, int? seconds, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        if (container.Status.IsUp)
        {
            if (container.Run is { } run)
            {
                // Not an end for good: neither --rm nor a restart policy has a say in between.
                run.RestartRequested = true;
            }

            await _stop.StopAsync(container, signal, seconds, cancellationToken);
            _core.Events.Publish(container, "stop");
        }

        await ContainerCore.InTurnAsync(container, () => _start.StartAsync(container, byPolicy: false, CancellationToken.None), cancellationToken);
        _core.Events.Publish(container, "restart");
    }
}
