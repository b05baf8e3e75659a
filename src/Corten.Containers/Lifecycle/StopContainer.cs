using System.Globalization;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.Linux.Processes;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Asks a container to end, and after its grace makes it.</summary>
public sealed class StopContainer
{
    private const int DefaultTimeout = 10;

    /// <summary>After SIGKILL: a process in the kernel's hands may take this long to let go.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    private readonly ContainerCore _core;
    private readonly Signals _signals;

    internal StopContainer(ContainerCore core, Signals signals) => (_core, _signals) = (core, signals);

    /// <param name="idOrName"></param>
    /// <param name="signal">Null for the container's own stop signal.</param>
    /// <param name="seconds">Null for the container's own timeout; -1 waits for ever.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="CortenException">NotModified when it does not run.</exception>
    public async Task RunAsync(string idOrName, string? signal, int? seconds, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        if (!container.Status.IsUp)
        {
            throw CortenException.NotModified("container is already stopped");
        }

        await StopAsync(container, signal, seconds, cancellationToken);
        _core.Events.Publish(container, "stop");
    }

    /// <summary>Without the check and the event.</summary>
    internal async Task StopAsync(Container container, string? signal, int? seconds, CancellationToken cancellationToken)
    {
        var stopSignal = Signal.Parse(string.IsNullOrEmpty(signal) ? container.Record.Config.StopSignal is { Length: > 0 } own ? own : "SIGTERM" : signal);
        if (container.Run is not { } run)
        {
            await CancelRestartAsync(container, cancellationToken);
            return;
        }

        run.StopRequested = true;
        var timeout = seconds ?? container.Record.Config.StopTimeout ?? DefaultTimeout;
        _signals.Send(container, run, stopSignal);
        if (await EndsAsync(run, timeout < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(timeout), cancellationToken))
        {
            return;
        }

        _signals.Send(container, run, Signal.Kill);
        if (!await EndsAsync(run, KillPatience, cancellationToken))
        {
            _core.Cgroup(container).Kill();
            if (!await EndsAsync(run, KillPatience, cancellationToken))
            {
                throw CortenException.Internal($"cannot stop container: {container.Id}: tried to kill container, but did not receive an exit event");
            }
        }
    }

    /// <summary>Between two starts by its policy there is nothing to stop but the plan to start it.</summary>
    private Task CancelRestartAsync(Container container, CancellationToken cancellationToken) => ContainerCore.InTurnAsync(container, () =>
    {
        container.RestartDelay?.Cancel();
        container.RestartDelay = null;
        if (container.Status.Phase == Phase.Restarting)
        {
            _core.SetStatus(container, container.Status with { Phase = Phase.Exited, StoppedByUser = true });
        }

        return Task.CompletedTask;
    }, cancellationToken);

    private static async Task<bool> EndsAsync(Run run, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await run.Settled.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>Signals to a container's init, with the event that each is.</summary>
internal sealed class Signals(ContainerCore core)
{
    /// <returns>False when it had ended already.</returns>
    public bool Send(Container container, Run run, Signal signal)
    {
        if (run.Pidfd is null || !Pidfd.Signal(run.Pidfd, signal.Number))
        {
            return false;
        }

        // A frozen process receives nothing until it is thawed; SIGKILL alone would have to wait for that too.
        if (container.Status.Paused)
        {
            core.Cgroup(container).Thaw();
            core.SetStatus(container, container.Status with { Paused = false });
        }

        core.Events.Publish(container, "kill", ("signal", signal.Number.ToString(CultureInfo.InvariantCulture)));
        return true;
    }
}
