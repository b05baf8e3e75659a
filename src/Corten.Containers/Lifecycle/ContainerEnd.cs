using System.Globalization;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Lifecycle;

/// <summary>
/// What follows when a container ends, whoever ended it: networks and volumes are given back, the status kept, everybody told; then its restart
/// policy or its automatic removal has its way.
/// </summary>
internal sealed class ContainerEnd(ContainerCore core, RestartPolicies policies)
{
    /// <summary>Set once by the composition: starting and ending need each other.</summary>
    public StartContainer? Restarter { get; set; }

    public RemoveContainer? Remover { get; set; }

    /// <summary>Deals with the end of <paramref name="run"/> when it comes.</summary>
    public void Watch(Container container, Run run)
    {
        run.Monitor.RanOutOfMemory += () => core.Events.Publish(container, "oom");
        run.Monitor.Rotated += path => core.LogCompression.Add(container, path);
        _ = SettleAsync(container, run);
    }

    /// <summary>A container that ended while no daemon ran; the caller holds the gate.</summary>
    public async Task SettleMissedAsync(Container container, Exited exit)
    {
        await RecordAsync(container, run: null, exit);
    }

    /// <summary><c>--rm</c>: the container goes, with its anonymous volumes. The caller holds the gate.</summary>
    public async Task RemoveAutomaticallyAsync(Container container)
    {
        try
        {
            await Remover!.RemoveAsync(container, removeVolumes: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            core.Report.Error($"could not remove container {container.Id} automatically", e);
        }
    }

    private async Task SettleAsync(Container container, Run run)
    {
        Exited exit;
        try
        {
            exit = await run.Monitor.Ended.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // The daemon ends; the container does not.
        }

        await container.Gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await RecordAsync(container, run, exit);
        }
        catch (Exception e)
        {
            core.Report.Error($"could not clean up after container {container.Id}", e);
        }
        finally
        {
            run.Settled.TrySetResult();
            container.Gate.Release();
        }
    }

    private async Task RecordAsync(Container container, Run? run, Exited exit)
    {
        var before = container.Status;
        container.Health?.Stop();
        container.Health = null;
        container.Run = null;
        if (exit.Code == MonitorLostCode && run is not null)
        {
            // If the monitor was killed, whatever it left running has nobody to tell how it ends.
            core.Cgroup(container).Kill();
        }

        core.Events.Publish(container, "die",
            ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)),
            ("execDuration", ((long)Math.Max(0, (exit.At - before.StartedAt).TotalSeconds)).ToString(CultureInfo.InvariantCulture)));
        var after = before with
        {
            Phase = Phase.Exited,
            Paused = false,
            Pid = 0,
            PidStartTime = 0,
            ExitCode = exit.Code,
            OomKilled = exit.OomKilled,
            FinishedAt = exit.At,
            StoppedByUser = before.StoppedByUser || run?.StopRequested == true,
        };
        var delay = policies.DelayBeforeRestart(container, after, run);
        after = delay is null ? after : after with { Phase = Phase.Restarting, RestartCount = before.RestartCount + 1 };

        // Waiters learn of it now; starting or removing it has to wait for the gate, and so for what follows here.
        core.SetStatus(container, after);
        await ReleaseAsync(container);
        run?.Dispose();
        if (delay is { } wait)
        {
            policies.Schedule(container, wait, Restarter!);
        }
        else if (container.Record.Host.AutoRemove && run?.RestartRequested != true)
        {
            await RemoveAutomaticallyAsync(container);
        }
    }

    /// <summary>128 + SIGKILL, which is also what a lost monitor's container is said to have ended with.</summary>
    private const int MonitorLostCode = 137;

    private async Task ReleaseAsync(Container container)
    {
        await core.Sandboxes.ReleaseAsync(container.Id, CancellationToken.None).ConfigureAwait(false);
        await core.Volumes.UnmountAsync(container.Id, CancellationToken.None).ConfigureAwait(false);
        HostPlaces.UnmountAll(core.Paths.Exec(container.Id));
    }
}
