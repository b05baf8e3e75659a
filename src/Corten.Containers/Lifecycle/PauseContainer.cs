using Corten.Containers.Model;
using Corten.Linux;
using Corten.Oci.Errors;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Lifecycle;

/// <summary>Freezes all of a container's processes, and lets them go on.</summary>
public sealed class PauseContainer
{
    private readonly ContainerCore _core;

    internal PauseContainer(ContainerCore core) => _core = core;

    public Task PauseAsync(string idOrName, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        return ContainerCore.InTurnAsync(container, () =>
        {
            if (!container.Status.IsUp)
            {
                throw CortenException.Conflict($"container {container.Id} is not running");
            }

            if (container.Status.Phase == Phase.Restarting)
            {
                throw CortenException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
            }

            if (container.Status.Paused)
            {
                throw CortenException.Conflict($"Container {container.Id} is already paused");
            }

            Change(container, paused: true, "pause");
            return Task.CompletedTask;
        }, cancellationToken);
    }

    public Task UnpauseAsync(string idOrName, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        return ContainerCore.InTurnAsync(container, () =>
        {
            if (!container.Status.Paused)
            {
                throw CortenException.Internal($"Container {container.Id} is not paused");
            }

            Change(container, paused: false, "unpause");
            return Task.CompletedTask;
        }, cancellationToken);
    }

    private void Change(Container container, bool paused, string action)
    {
        try
        {
            var group = _core.Cgroup(container);
            if (paused)
            {
                group.Freeze();
            }
            else
            {
                group.Thaw();
            }

            container.Run?.Monitor.Send(new Paused { Value = paused });
        }
        catch (LinuxException e)
        {
            throw CortenException.Internal($"cannot {action} container {container.Id}: {e.Message}", e);
        }

        _core.SetStatus(container, container.Status with { Paused = paused });
        _core.Events.Publish(container, action);
    }
}
